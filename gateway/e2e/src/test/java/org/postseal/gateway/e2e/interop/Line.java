package org.postseal.gateway.e2e.interop;

import java.util.List;

/** One line of the tables. */
sealed interface Line permits SignatureLine, EncryptionLine, StructureLine {
    /** In the words of the documentation. */
    String words();

    /** What is done with it. */
    List<Column> columns();
}
