package org.postseal.gateway.audit.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Forces a file, whose length does not change. A test puts a failing one in its place. */
@FunctionalInterface
public interface Disk {
    void force(FileChannel file) throws IOException;
}
