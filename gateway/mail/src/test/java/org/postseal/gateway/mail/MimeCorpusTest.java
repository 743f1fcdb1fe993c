package org.postseal.gateway.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.junit.jupiter.api.Test;

class MimeCorpusTest {
    @Test
    void everySamplePassesOrIsRefusedByName() throws IOException {
        Map<String, String> refused = new TreeMap<>();
        for (Path file : Corpora.files("mime")) {
            RawMessage message = RawMessage.of(Corpora.crlf(file));
            switch (MimeScanner.scan(message, Budget.standard())) {
                case Parsed.Success<MimeEntity>(MimeEntity root) -> {
                    assertThat(root.raw().toByteArray()).isEqualTo(message.toByteArray());
                    MimeScannerTest.assertRejoins(root);
                }
                case Parsed.Refused<MimeEntity>(var reason, var detail) ->
                    refused.put(String.valueOf(file.getFileName()), reason + ": " + detail);
            }
        }
        assertThat(refused)
                .isEqualTo(Map.of("very-very-long-boundary.msg", "HEADER_TOO_BIG: a boundary over 2048 octets"));
    }

    @Test
    void countsTheLeavesThatMime4jCounts() throws IOException, MimeException {
        Map<String, String> different = new TreeMap<>();
        for (Path file : Corpora.files("mime")) {
            byte[] octets = Corpora.crlf(file);
            if (!(MimeScanner.scan(RawMessage.of(octets), Budget.standard())
                    instanceof Parsed.Success<MimeEntity>(MimeEntity root))) {
                continue;
            }
            long ours = root.all().stream()
                    .filter(entity ->
                            entity.parts().isEmpty() && !entity.contentType().isMultipart())
                    .count();
            long theirs = mime4j(octets);
            if (ours != theirs) {
                different.put(
                        String.valueOf(file.getFileName()),
                        ours + " for " + theirs + (root.isAmbiguous() ? ": marked" : ": not marked"));
            }
        }
        // The differences are a message/rfc822 in base64, boundaries that end in blanks, and parts after the end. Each
        // of them must be marked
        assertThat(different)
                .isEqualTo(Map.of(
                        "ending-boundaries.msg", "0 for 1: marked",
                        "multi-2gifs-base64.msg", "1 for 3: marked",
                        "very-long-boundary.msg", "2 for 1: marked",
                        "weird-boundary.msg", "2 for 1: marked"));
    }

    private static long mime4j(byte[] octets) throws IOException, MimeException {
        MimeTokenStream stream = new MimeTokenStream(MimeConfig.PERMISSIVE);
        stream.parse(new ByteArrayInputStream(octets));
        long leaves = 0;
        for (EntityState state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
            if (state == EntityState.T_BODY) {
                leaves++;
            }
        }
        return leaves;
    }
}
