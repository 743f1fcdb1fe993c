package org.postseal.gateway.e2e.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.SmimeMail;

/** Runs every cell of {@code docs/interop.md}. */
class InteropIT {
    @AutoClose
    private static InteropRun run;

    private static Matrix matrix;

    @BeforeAll
    static void start() throws InterruptedException {
        Requirements.peers();
        run = new InteropRun();
        matrix = run.matrix();
    }

    @Test
    void everyCellIsGoodOrALimitOfThePeer() {
        assertThat(matrix.failures()).isEmpty();
    }

    @Test
    void everyLimitIsMet() {
        List<Limit> met = matrix.outcomes().values().stream()
                .flatMap(outcome ->
                        outcome instanceof Outcome.Limited(Limit limit) ? Stream.of(limit) : Stream.<Limit>of())
                .distinct()
                .toList();

        assertThat(met).containsExactlyInAnyOrderElementsOf(Limits.ALL);
    }

    /** Another version of a peer may behave differently. Then its section is not compared. */
    @Test
    void thePageHoldsTheseTables() throws IOException {
        String page = Files.readString(Path.of("../../docs/interop.md"));
        Tables tables = new Tables(matrix);
        List<String> sections = matrix.versions().keySet().stream()
                .filter(peer -> page.contains(tables.heading(peer)))
                .map(tables::section)
                .toList();

        assertThat(Arrays.stream(PeerName.values()).map(PeerName::title))
                .allMatch(title -> page.contains("\n## " + title + " "));
        assertThat(sections).allSatisfy(section -> assertThat(page).contains(section));
        if (sections.size() == PeerName.values().length) {
            assertThat(tables.into(page)).isEqualTo(page);
        }
    }

    /** A peer that accepted everything would be good in every cell. */
    @Test
    void nobodyTakesAChangedMessageOrOneForAnother() {
        Postseal postseal = new Postseal(run.people());
        Identity user = run.people().identity(KeyAlgorithm.RSA2048);
        Identity other = run.people().identity(KeyAlgorithm.P256);
        SmimeMail message = Trials.message(user, Trials.ENTITY);
        SmimeMail signed = postseal.sign(message, KeyAlgorithm.RSA2048, SignatureLine.RSA2048_SHA256.settings(true));
        SmimeMail sealed =
                postseal.encrypt(message, List.of(KeyAlgorithm.RSA2048), EncryptionLine.AES256_CBC.settings());

        for (Peer peer : run.peers()) {
            assertThat(peer.verify(signed, user)).as("%s", peer.name()).isInstanceOf(Answer.Done.class);
            assertThat(peer.verify(changed(signed), user)).as("%s", peer.name()).isInstanceOf(Answer.Refused.class);
            assertThat(peer.decrypt(sealed, user)).as("%s", peer.name()).isInstanceOf(Answer.Done.class);
            assertThat(peer.decrypt(sealed, other)).as("%s", peer.name()).isInstanceOf(Answer.Refused.class);
        }
    }

    private static SmimeMail changed(SmimeMail signed) {
        return new SmimeMail(signed.text().replace("Guten Tag", "Guten Weg").getBytes(ISO_8859_1));
    }
}
