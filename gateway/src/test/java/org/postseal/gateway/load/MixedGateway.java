package org.postseal.gateway.load;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.e2e.GatewayProcess;
import org.postseal.gateway.e2e.TestPki;
import org.postseal.gateway.journal.JournalEntry;
import org.postseal.gateway.journal.JournalException;
import org.postseal.gateway.journal.JournalFile;

/** The gateway of most rows: it makes three units of a message to {@link #ALL}. */
final class MixedGateway {
    static final String CLARA = "clara@clear.example";
    static final String SIMON = "simon" + Ledger.SIGNED;
    static final String SELMA = "selma@" + Ledger.SEALED;

    /** One in clear, one signed, one encrypted. */
    static final List<String> ALL = List.of(CLARA, SIMON, SELMA);

    static final String POLICY = """
            version: 1
            internal: [example.com]
            rules:
              - { id: sealed, when: { recipientDomain: sealed.example }, then: { encrypt: required } }
              - { id: signed, when: { recipientDomain: signed.example }, then: { sign: required } }
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    /** For a process that lives a few seconds. */
    static final List<String> QUICK = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    /** For one that is measured. */
    static final List<String> LASTING = List.of("-Xmx512m");

    private MixedGateway() {}

    static TestPki pki() {
        return new TestPki().user(LoadDriver.SENDER, KeyAlgorithm.RSA2048).user(SELMA, KeyAlgorithm.RSA2048);
    }

    /** Not started. */
    static GatewayProcess of(TestPki pki) {
        return new GatewayProcess(pki)
                .javaOptions(QUICK)
                .own(List.of(pki.identity(LoadDriver.SENDER)))
                .partners(List.of(pki.identity(SELMA)));
    }

    /** How often something was sent again in doubt. */
    static int doubts(GatewayProcess gateway) throws JournalException {
        return doubts(gateway.file("journal.db"));
    }

    static int doubts(Path journal) throws JournalException {
        return rows(journal).stream().mapToInt(JournalEntry::doubts).sum();
    }

    static List<JournalEntry> rows(Path journal) throws JournalException {
        return JournalFile.list(
                journal, new JournalFile.Filter(Optional.empty(), Optional.empty(), Optional.empty(), 1_000_000));
    }
}
