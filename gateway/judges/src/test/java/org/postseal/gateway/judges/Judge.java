package org.postseal.gateway.judges;

/** Another program that reads a message its own way. Not thread-safe. */
interface Judge extends AutoCloseable {
    /** Returns the name by which reports call it. */
    String name();

    /** Returns what it would show of a message; a program that refuses or fails shows nothing and says why. */
    Shown read(byte[] message);

    @Override
    void close();
}
