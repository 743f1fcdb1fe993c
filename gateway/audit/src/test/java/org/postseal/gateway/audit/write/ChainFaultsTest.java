package org.postseal.gateway.audit.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.chain.ChainBench;

/** Tests faults while a log is written: a full disk, a missing key, a lock by another process. */
final class ChainFaultsTest {
    private final Path folder;
    private final ChainBench bench;

    ChainFaultsTest(@TempDir Path folder) {
        this.folder = folder;
        bench = new ChainBench(folder);
    }

    @Test
    void theKeyIsMadeOnceForItsOwnerAlone() throws IOException {
        bench.write(1);
        Path key = folder.resolve("audit-key.pem");
        byte[] made = Files.readAllBytes(key);
        assertThat(Files.getPosixFilePermissions(key)).hasSize(2);
        bench.write(1);
        assertThat(Files.readAllBytes(key)).isEqualTo(made);

        // A new key pair would leave no key to verify the log with, so none is made.
        Path away = folder.resolve("away");
        Files.move(key, away);
        assertThatThrownBy(() -> bench.write(1)).hasMessageEndingWith("audit-key.pem: no such file");
        Files.move(away, key);

        byte[] half = Files.readAllBytes(bench.publicKey());
        Files.delete(bench.publicKey());
        bench.write(1);
        assertThat(Files.readAllBytes(bench.publicKey()))
                .as("made from the key")
                .isEqualTo(half);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bench.publicKey())))
                .isEqualTo("rw-r--r--");
        Files.writeString(key, "rubbish");
        assertThatThrownBy(() -> bench.write(1)).hasMessageEndingWith("has no PEM block PRIVATE KEY");
    }

    /** Closing a second descriptor of the file would release the lock of this process. */
    @Test
    void theFileStaysLockedAgainstOtherProcesses() throws Exception {
        bench.write(2);
        try (JsonAuditLog log = JsonAuditLog.open(bench.config(Duration.ofDays(1), 1 << 20), bench::time)) {
            log.append(List.of(ChainBench.event(1)));
            assertThat(locks(bench.log())).isNotEmpty();
        }
        assertThat(locks(bench.log())).isEmpty();
    }

    /** Returns the lines of {@code /proc/locks} about a file, see proc_locks(5). */
    private static List<String> locks(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .filter(line -> line.contains(inode))
                .toList();
    }

    @Test
    void whatABrokenLogHoldsBesidesIsCutOffWhenItIsClosed() throws IOException {
        bench.write(2);
        byte[] before = Files.readAllBytes(bench.log());
        AtomicBoolean isFull = new AtomicBoolean();
        LogFile.Opener opener = () -> new FullDisk(DiskFile.open(bench.log()), isFull);
        Chain chain = Chain.of(bench.config(Duration.ofDays(1), 1 << 20), bench::time);
        JsonAuditLog log = JsonAuditLog.open(opener, Optional.of(chain), Optional.empty());
        isFull.set(true);
        assertThatThrownBy(() -> log.append(List.of(ChainBench.event(1)))).hasMessageContaining("no space left");
        isFull.set(false);
        assertThat(Files.size(bench.log())).isGreaterThan(before.length);
        log.close();
        assertThat(Files.readAllBytes(bench.log())).isEqualTo(before);
        assertThat(bench.verify(Optional.empty()).isSound()).isTrue();
    }

    @Test
    void aFileWhoseFirstLineCouldNotBeWrittenGetsItLater() throws IOException {
        bench.write(2);
        AtomicBoolean isFull = new AtomicBoolean();
        LogFile.Opener opener = () -> new FullDisk(DiskFile.open(bench.log()), isFull);
        Chain chain = Chain.of(bench.config(Duration.ofDays(1), 1 << 20), bench::time);
        Path moved = folder.resolve("moved");
        try (JsonAuditLog log = JsonAuditLog.open(opener, Optional.of(chain), Optional.empty())) {
            log.append(List.of(ChainBench.event(1)));
            // This signs the records, so that nothing is left to sign and the new file is the first to fail.
            log.reopen();
            Files.move(bench.log(), moved);
            isFull.set(true);
            assertThatThrownBy(log::reopen).hasMessageContaining("no space left");
            isFull.set(false);
            log.requireWritable();
            log.append(List.of(ChainBench.event(2)));
        }
        assertThat(bench.lines().getFirst()).contains("chain-segment");
    }

    /** Writes its octets, and then fails if the test says so. */
    private record FullDisk(LogFile file, AtomicBoolean isFull) implements LogFile {
        @Override
        public Object key() {
            return file.key();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            file.read(into, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void append(ByteBuffer octets) throws IOException {
            file.append(octets);
            if (isFull.get()) {
                throw new IOException("no space left");
            }
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
