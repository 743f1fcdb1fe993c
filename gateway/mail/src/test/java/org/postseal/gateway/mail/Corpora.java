package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Finds the third-party samples; without them a test is skipped, but not in CI. */
final class Corpora {
    private Corpora() {}

    static List<Path> files(String folder) throws IOException {
        String root = System.getenv("POSTSEAL_CORPORA");
        if (root == null && System.getenv("CI") != null) {
            Assertions.fail("POSTSEAL_CORPORA is not set");
        }
        Assumptions.assumeTrue(root != null, "POSTSEAL_CORPORA is not set: no samples of " + folder);
        try (Stream<Path> files = Files.list(Path.of(String.valueOf(root), folder))) {
            List<Path> found = files.filter(Files::isRegularFile).sorted().toList();
            // A loop over nothing would find nothing wrong
            assertThat(found).hasSizeGreaterThanOrEqualTo(80);
            return found;
        }
    }

    /** Returns the file as an SMTP client would send it, with every line end a CRLF. */
    static byte[] crlf(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), ISO_8859_1);
        return text.replaceAll("\r\n|\r|\n", "\r\n").getBytes(ISO_8859_1);
    }
}
