package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes the octets that become a {@link RawMessage}. They stay on the heap up to a bound, and then go to a temporary
 * file encrypted with a per-process key. Not thread-safe.
 *
 * <p>The heap part is a list of chunks that are never copied again. After a failed write (a full disk or gate) every
 * further call fails too, so that a truncated message cannot be finished.
 */
public final class Spool extends OutputStream {
    private final Scope scope;
    private final List<byte[]> chunks = new ArrayList<>();
    private byte[] chunk;
    private int used;
    private long size;
    private long reserved;
    private @Nullable SpoolFile file;
    private @Nullable RawMessage finished;
    private boolean broken;

    private Spool(Scope scope) {
        this.scope = scope;
        this.chunk = new byte[Math.clamp(scope.factory.heapOctets, LEAST_CHUNK, FIRST_CHUNK)];
    }

    @Override
    public void write(int octet) throws IOException {
        makeRoom();
        chunk[used++] = (byte) octet;
        size++;
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, octets.length);
        int from = offset;
        int end = offset + length;
        while (from < end) {
            makeRoom();
            int count = Math.min(end - from, chunk.length - used);
            System.arraycopy(octets, from, chunk, used, count);
            used += count;
            size += count;
            from += count;
        }
    }

    public long size() {
        return size;
    }

    /** Ends the writing; a further call returns the same message. */
    public RawMessage finish() throws IOException {
        RawMessage done = finished;
        if (done == null) {
            checkUsable();
            broken = true;
            scope.count(used);
            done = file == null ? heapMessage() : fileMessage(file);
            broken = false;
            finished = done;
            chunks.clear();
            chunk = EMPTY;
            used = 0;
        }
        return done;
    }

    /** Does nothing: {@link #finish()} ends the writing, and the scope releases the octets. */
    @Override
    public void close() {}

    private RawMessage heapMessage() {
        List<RawMessage> parts = new ArrayList<>();
        for (byte[] full : chunks) {
            parts.add(RawMessage.of(full));
        }
        parts.add(new RawMessage.Heap(chunk, 0, used));
        return parts.size() == 1 ? parts.getFirst() : RawMessage.join(parts);
    }

    private RawMessage fileMessage(SpoolFile to) throws IOException {
        to.append(chunk, used);
        return new SpooledFile(to, 0, size);
    }

    private void makeRoom() throws IOException {
        checkUsable();
        if (used < chunk.length) {
            return;
        }
        broken = true;
        enlarge();
        broken = false;
    }

    private void enlarge() throws IOException {
        scope.count(used);
        if (file != null) {
            file.append(chunk, used);
            used = 0;
            return;
        }
        if (size < scope.factory.heapOctets) {
            long left = scope.factory.heapOctets - size;
            int next = (int) Math.min(CHUNK, Math.min(2L * chunk.length, left));
            if (scope.reserve(next)) {
                reserved += next;
                chunks.add(chunk);
                chunk = new byte[next];
                used = 0;
                return;
            }
        }
        SpoolFile created = scope.newFile();
        for (byte[] full : chunks) {
            created.append(full, full.length);
        }
        created.append(chunk, used);
        file = created;
        chunks.clear();
        scope.release(reserved);
        reserved = 0;
        chunk = new byte[CHUNK];
        used = 0;
    }

    private void checkUsable() throws IOException {
        if (broken) {
            throw new IOException("the spool failed before");
        }
        if (finished != null) {
            throw new IOException("the spool is finished");
        }
    }

    /**
     * Owns the spools of one message and releases them together. The messages made of them cannot be read afterwards.
     * Thread-safe.
     */
    public static final class Scope implements AutoCloseable {
        private final Factory factory;
        private final List<SpoolFile> files = new ArrayList<>();
        private Optional<OctetGate.Hold> hold = Optional.empty();
        private boolean closed;
        private long reserved;

        private Scope(Factory factory) {
            this.factory = factory;
        }

        /**
         * Charges what is written from now on to the message's hold on the gate, as copies of it. The message's own
         * octets are counted already.
         */
        public synchronized void countIn(OctetGate.Hold message) {
            hold = Optional.of(message);
        }

        private synchronized void count(int octets) throws IOException {
            if (closed) {
                throw new IOException("the spool's scope is closed");
            }
            if (hold.isPresent()) {
                hold.get().grow(octets);
            }
        }

        public Spool newSpool() {
            return new Spool(this);
        }

        @Override
        public synchronized void close() {
            closed = true;
            factory.sharedLeft.addAndGet(reserved);
            reserved = 0;
            files.forEach(SpoolFile::close);
            files.clear();
        }

        /**
         * Reserves heap for the octets. It returns false if all spools together have used up their share of the heap;
         * the octets then go to a file, however small the message is.
         */
        private synchronized boolean reserve(int octets) {
            if (closed) {
                return false;
            }
            if (factory.sharedLeft.addAndGet(-octets) < 0) {
                factory.sharedLeft.addAndGet(octets);
                return false;
            }
            reserved += octets;
            return true;
        }

        private synchronized void release(long octets) {
            if (!closed) {
                factory.sharedLeft.addAndGet(octets);
                reserved -= octets;
            }
        }

        private synchronized SpoolFile newFile() throws IOException {
            if (closed) {
                throw new IOException("the spool's scope is closed");
            }
            SpoolFile file = factory.files.create();
            files.add(file);
            return file;
        }
    }

    /** Makes scopes; there is one per process. Thread-safe. */
    public static final class Factory {
        private final int heapOctets;
        private final SpoolFile.Source files;
        private final AtomicLong sharedLeft;
        private final OctetGate gate;

        /**
         * Makes a factory with the system's folder for temporary files, 256 KiB of heap per spool and a gate without a
         * limit.
         */
        public Factory() {
            this(Path.of(System.getProperty("java.io.tmpdir")), DEFAULT_HEAP, new OctetGate(Long.MAX_VALUE));
        }

        /**
         * Makes the factory of this process.
         *
         * @param directory the folder for temporary files; it must exist
         * @param heapOctets how much of a spool is kept in memory; all spools together keep at most a quarter of the
         *     heap
         * @param gate limits the octets of all messages together
         */
        public Factory(Path directory, int heapOctets, OctetGate gate) {
            this(
                    new SpoolFile.Source(() -> SpoolFile.openUnlinked(directory)),
                    heapOctets,
                    Runtime.getRuntime().maxMemory() / 4,
                    gate);
        }

        Factory(SpoolFile.Source files, int heapOctets) {
            this(files, heapOctets, Runtime.getRuntime().maxMemory() / 4, new OctetGate(Long.MAX_VALUE));
        }

        private Factory(SpoolFile.Source files, int heapOctets, long sharedOctets, OctetGate gate) {
            this(files, heapOctets, new AtomicLong(sharedOctets), gate);
        }

        private Factory(SpoolFile.Source files, int heapOctets, AtomicLong sharedLeft, OctetGate gate) {
            this.gate = gate;
            this.files = files;
            this.heapOctets = heapOctets;
            this.sharedLeft = sharedLeft;
        }

        /**
         * Returns a factory that shares the files, the heap and the gate of this one, and keeps another number of
         * octets of each spool in memory.
         */
        public Factory keeping(int heapOctetsOfEach) {
            return new Factory(files, heapOctetsOfEach, sharedLeft, gate);
        }

        /** Returns the gate that lets in a message before it is spooled. */
        public OctetGate gate() {
            return gate;
        }

        /** Opens a scope, to be closed when the message is done. */
        public Scope open() {
            return new Scope(this);
        }

        private static final int DEFAULT_HEAP = 256 * 1024;
    }

    private static final int LEAST_CHUNK = 4 * 1024;
    private static final int FIRST_CHUNK = 8 * 1024;
    // Ciphers and digests run fastest on pieces of this size.
    private static final int CHUNK = 16 * 1024;
    private static final byte[] EMPTY = {};
}
