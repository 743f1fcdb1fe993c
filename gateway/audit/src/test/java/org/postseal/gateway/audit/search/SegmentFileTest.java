package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads files that were made so that reading them would take all memory. */
@Tag("thorough")
class SegmentFileTest {
    private static final int MUCH = 32 << 20;

    @TempDir
    private Path folder;

    @Test
    void aHugeIndexIsNone() throws IOException {
        Path file = folder.resolve("audit-000000000001.jsonl.index");
        sparse(file, ByteBuffer.allocate(12).putLong(SegmentIndex.MAGIC).putInt(MUCH));
        assertThatThrownBy(() -> SegmentIndex.open(file, new IndexTrust(Map.of())))
                .isInstanceOf(IOException.class)
                .hasMessage("is none, or of another version");
    }

    @Test
    void aMemberHoldsNoMoreThanAChunk() throws IOException {
        Path file = folder.resolve("audit-000000000001.jsonl.gz");
        Files.write(file, member(new byte[MUCH]));
        tooLong(file);
    }

    @Test
    void aMemberIsNoLongerThanAChunk() throws IOException {
        Path file = folder.resolve("audit-000000000001.jsonl.gz");
        ByteBuffer member = ByteBuffer.wrap(member(new byte[] {'\n'})).order(ByteOrder.LITTLE_ENDIAN);
        sparse(file, member.putInt(16, MUCH).position(member.limit()));
        try (FileChannel channel = FileChannel.open(file)) {
            assertThat(GzipMember.length(channel, 0)).isZero();
        }
    }

    @Test
    void aStreamHasNoEndlessLine() throws IOException {
        Path file = folder.resolve("audit-000000000001.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(new byte[MUCH]);
        }
        tooLong(file);
    }

    @Test
    void aPlainFileHasNoEndlessLine() throws IOException {
        Path file = folder.resolve("audit-000000000001.jsonl");
        sparse(file, ByteBuffer.allocate(1).position(1));
        tooLong(file);
        // A line is refused too if it has an end.
        Files.writeString(file, "\n", StandardOpenOption.APPEND);
        tooLong(file);
    }

    /** Otherwise a search would look for a record in the wrong chunk of a file that was compressed meanwhile. */
    @Test
    void aChunkEndsAtTheSameOctetHoweverTheFileIsRead() throws IOException {
        String exact = "x".repeat(Chunk.OCTETS - 1) + "\n";
        String oneLess = "y".repeat(Chunk.OCTETS - 2) + "\n";
        String text = exact + oneLess + "z\n" + exact + "end\n";
        Path plain = Files.writeString(folder.resolve("audit-000000000001.jsonl"), text);
        Path stream = folder.resolve("audit-000000000002.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(stream))) {
            out.write(text.getBytes(US_ASCII));
        }
        for (Path file : List.of(plain, stream)) {
            try (SegmentFile opened = SegmentFile.open(file)) {
                List<String> expected = List.of(exact, oneLess + "z\n", exact, "end\n");
                for (int i = 0; i < expected.size(); i++) {
                    assertThat(new String(opened.chunk(i).orElseThrow(), US_ASCII))
                            .isEqualTo(expected.get(i));
                }
                assertThat(opened.chunk(expected.size())).isEmpty();
            }
        }
    }

    private static byte[] member(byte[] octets) {
        try (GzipMember.Maker members = new GzipMember.Maker()) {
            // The compressor has compressed something else before.
            assertThat(members.member(new byte[] {1, 2, 3, '\n'})).isNotEqualTo(members.member(octets));
            return members.member(octets);
        }
    }

    private static void tooLong(Path file) throws IOException {
        try (SegmentFile opened = SegmentFile.open(file)) {
            assertThatThrownBy(() -> opened.chunk(0))
                    .isInstanceOf(IOException.class)
                    .hasMessage("a line is too long");
        }
    }

    /** Makes a large file that begins with these octets and goes on with a hole. */
    private static void sparse(Path file, ByteBuffer start) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            int _ = channel.write(start.flip());
            int _ = channel.write(ByteBuffer.allocate(1), 2L * MUCH);
        }
    }
}
