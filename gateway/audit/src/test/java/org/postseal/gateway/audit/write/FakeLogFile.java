package org.postseal.gateway.audit.write;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A file in memory that knows what was forced to disk, and fails if a test says so. What a failed force should have
 * brought to disk is never brought there, as on Linux, unless it is written again.
 */
final class FakeLogFile implements LogFile {
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private volatile byte[] durable = {};
    /** Octets before this one are taken for being on disk. */
    private int clean;

    volatile int forced;
    volatile String failure = "";
    volatile Runnable beforeForce = () -> {};

    String durable() {
        return new String(durable, StandardCharsets.UTF_8);
    }

    String text() {
        return octets.toString(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public Object key() {
        return this;
    }

    @Override
    public long size() {
        return octets.size();
    }

    @Override
    public void read(ByteBuffer into, long position) {
        byte[] all = octets.toByteArray();
        into.put(all, (int) position, Math.min(into.remaining(), all.length - (int) position));
    }

    @Override
    public void truncate(long size) {
        byte[] kept = Arrays.copyOf(octets.toByteArray(), (int) size);
        octets.reset();
        octets.writeBytes(kept);
        clean = Math.min(clean, kept.length);
    }

    @Override
    public void append(ByteBuffer more) throws IOException {
        if (failure.equals("append") && more.hasRemaining()) {
            throw new IOException("disk full");
        }
        if (failure.equals("runtime")) {
            throw new IllegalStateException("bug");
        }
        byte[] some = new byte[failure.equals("half") ? more.remaining() / 2 : more.remaining()];
        more.get(some);
        octets.writeBytes(some);
        if (failure.equals("half")) {
            throw new IOException("disk full");
        }
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void force() throws IOException {
        beforeForce.run();
        byte[] all = octets.toByteArray();
        int from = clean;
        clean = all.length;
        if (failure.equals("force")) {
            throw new IOException("I/O error");
        }
        byte[] disk = Arrays.copyOf(durable, all.length);
        System.arraycopy(all, from, disk, from, all.length - from);
        durable = disk;
        forced++;
    }

    @Override
    public void close() {}
}
