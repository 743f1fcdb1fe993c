package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps octets in one encrypted temporary file. The file has no name: it is unlinked as soon as it is open, so that a
 * crash leaves nothing but unreadable blocks. One thread writes it, and then any number of threads read it.
 *
 * <p>It is encrypted by AES-256 in counter mode, and only this process knows the key. The upper half of the counter is
 * a file number that is never used twice with the key. There is no MAC: the threat is somebody who finds the blocks
 * later (a stolen disk, a snapshot, a swapped page). Somebody who could alter the blocks of an unlinked file while the
 * process runs is root on this machine, and can alter the process as well.
 */
final class SpoolFile {
    private final FileChannel channel;
    private final SecretKey key;
    private final long number;
    private final Cipher encryption;
    private long written;

    private SpoolFile(FileChannel channel, SecretKey key, long number) {
        this.channel = channel;
        this.key = key;
        this.number = number;
        this.encryption = cipherAt(0);
    }

    void append(byte[] octets, int length) throws IOException {
        byte[] output = encryption.update(octets, 0, length);
        if (output == null) {
            return;
        }
        ByteBuffer encrypted = ByteBuffer.wrap(output);
        while (encrypted.hasRemaining()) {
            written += channel.write(encrypted, written);
        }
    }

    /** Reads encrypted octets; returns -1 at the end. */
    int read(ByteBuffer encrypted, long position) throws IOException {
        return channel.read(encrypted, position);
    }

    /** Returns a cipher that encrypts or decrypts from {@code position} on. */
    Cipher cipherAt(long position) {
        byte[] counter = ByteBuffer.allocate(BLOCK)
                .putLong(number)
                .putLong(position / BLOCK)
                .array();
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counter));
            int skip = (int) (position % BLOCK);
            if (skip > 0) {
                var _ = cipher.update(new byte[skip]);
            }
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES in counter mode is missing", e);
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static FileChannel openUnlinked(Path directory) throws IOException {
        byte[] random = new byte[12];
        RANDOM.nextBytes(random);
        Path path = directory.resolve("postseal-" + HexFormat.of().formatHex(random));
        FileChannel channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.delete(path);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Makes files under one key. Thread-safe. */
    static final class Source {
        private final Opener opener;
        private final SecretKey key;
        private final AtomicLong numbers = new AtomicLong();

        Source(Opener opener) {
            byte[] octets = new byte[32];
            RANDOM.nextBytes(octets);
            this.opener = opener;
            this.key = new SecretKeySpec(octets, "AES");
        }

        SpoolFile create() throws IOException {
            return new SpoolFile(opener.open(), key, numbers.getAndIncrement());
        }
    }

    interface Opener {
        FileChannel open() throws IOException;
    }

    private static final int BLOCK = 16;
    private static final SecureRandom RANDOM = new SecureRandom();
}
