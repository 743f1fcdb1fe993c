package org.postseal.policy.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.yaml.Words;

class ReasonTest {
    @ParameterizedTest
    @EnumSource
    void codeStatusAndTextsFitTogether(Reason reason) {
        assertThat(reason.code()).isBetween(400, 599);
        assertThat(reason.enhancedStatus()).matches("[45]\\.\\d{1,3}\\.\\d{1,3}");
        assertThat(reason.enhancedStatus().charAt(0) - '0').isEqualTo(reason.code() / 100);
        assertThat(reason.isTemporary()).isEqualTo(reason.enhancedStatus().startsWith("4."));
        assertThat(reason.publicText()).matches("[ -~]{10,200}");
        assertThat(reason.auditText()).matches("[ -~]{10,200}");
    }

    /** The reply of the next hop is passed on in its own words. */
    @ParameterizedTest
    @EnumSource
    void theTableOfTheRoadNamesItWithItsReply(Reason reason) throws IOException {
        boolean isOfNextHop = reason == Reason.NEXT_HOP_REFUSED || reason == Reason.NEXT_HOP_DEFERRED;
        String reply = isOfNextHop ? "its own code" : reason.code() + " " + reason.enhancedStatus();

        assertThat(Files.readAllLines(Path.of("../docs/flow.md")))
                .anyMatch(line -> line.startsWith("| ") && line.contains("`" + reason + "`") && line.contains(reply));
    }

    /** Each reason has a section of its own, with the reply to the peer below its name. */
    @ParameterizedTest
    @EnumSource
    void thePageForTroubleHasASectionOnIt(Reason reason) throws IOException {
        String reply = reason.code() + " " + reason.enhancedStatus() + " " + reason.publicText();

        assertThat(Files.readString(Path.of("../docs/troubleshooting.md")))
                .contains("\n### `" + reason + "`\n\n" + reply + "\n");
    }

    @ParameterizedTest
    @EnumSource
    void thePageForTroubleNamesIt(EncryptionDoubt doubt) throws IOException {
        assertThat(Files.readString(Path.of("../docs/troubleshooting.md"))).contains("`" + Words.word(doubt) + "`");
    }
}
