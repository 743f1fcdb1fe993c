package org.postseal.gateway.e2e.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.TestPki;

/** The gateway of most rows. It makes three units of a message to {@link #ALL}. */
final class MixedGateway {
    static final String CLARA = "clara@clear.example";
    static final String SIMON = "simon" + Ledger.SIGNED;
    static final String SELMA = "selma@" + Ledger.SEALED;

    /** The recipients of a clear, a signed and an encrypted copy. */
    static final List<String> ALL = List.of(CLARA, SIMON, SELMA);

    static final String POLICY = """
        version: 1
        internal: [example.com]
        rules:
          - { id: sealed, when: { recipientDomain: sealed.example }, then: { encrypt: required } }
          - { id: signed, when: { recipientDomain: signed.example }, then: { sign: required } }
          - { id: rest, when: always, then: mailboxPolicy }
        """;

    /** Options for a process that lives a few seconds. */
    static final List<String> QUICK = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    /** Options for a process that is measured. */
    static final List<String> LASTING = List.of("-Xmx512m");

    private MixedGateway() {}

    static TestPki pki() {
        return new TestPki().user(LoadDriver.SENDER, KeyAlgorithm.RSA2048).user(SELMA, KeyAlgorithm.RSA2048);
    }

    /** Makes a gateway that is not started. */
    static GatewayProcess of(TestPki pki) {
        return new GatewayProcess(pki)
                .javaOptions(QUICK)
                .own(List.of(pki.identity(LoadDriver.SENDER)))
                .partners(List.of(pki.identity(SELMA)));
    }

    /**
     * Returns the files of the gateway, including its log, audit log and journal, in which words of a message can be
     * read.
     */
    static List<Path> leaks(GatewayProcess gateway) throws IOException {
        try (Stream<Path> files = Files.walk(gateway.file(""))) {
            List<Path> found = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (isFound(CANARY, file)) {
                    found.add(file);
                }
            }
            return found;
        }
    }

    private static boolean isFound(byte[] words, Path file) throws IOException {
        byte[] block = new byte[1 << 20];
        int kept = 0;
        try (InputStream in = Files.newInputStream(file)) {
            int n;
            while ((n = in.read(block, kept, block.length - kept)) > 0) {
                int there = kept + n;
                if (new String(block, 0, there, ISO_8859_1).contains(new String(words, ISO_8859_1))) {
                    return true;
                }
                kept = Math.min(there, words.length - 1);
                System.arraycopy(block, there - kept, block, 0, kept);
            }
            return false;
        } catch (NoSuchFileException gone) {
            // The file lived only as long as a message.
            return false;
        }
    }

    /** Books an account, and searches the files for words of messages, which must not be there. */
    static void book(String what, Ledger.Account account, GatewayProcess gateway, Tally tally) throws Exception {
        tally.book(what, account, rows(gateway));
        List<Path> leaks = leaks(gateway);
        tally.add("files with words of mail", leaks.size());
        tally.require(leaks.isEmpty(), what + ": words of mail in " + leaks);
    }

    private static final byte[] CANARY = Ledger.CANARY.getBytes(ISO_8859_1);

    static List<JournalEntry> rows(GatewayProcess gateway) throws JournalException {
        return rows(gateway.file("journal.db"));
    }

    static List<JournalEntry> rows(Path journal) throws JournalException {
        return JournalFile.list(
                journal, new JournalFile.Filter(Optional.empty(), Optional.empty(), Optional.empty(), 1_000_000));
    }
}
