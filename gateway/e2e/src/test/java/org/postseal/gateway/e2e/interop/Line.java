package org.postseal.gateway.e2e.interop;

import java.util.List;

sealed interface Line permits SignatureLine, EncryptionLine, StructureLine {
    /** Returns the name of the line in the documentation. */
    String words();

    /** Returns the columns that the line has cells for. */
    List<Column> columns();
}
