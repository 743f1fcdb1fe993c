package org.postseal.gateway.e2e.programs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.Project;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.ShownMail;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.Thunderbird;

/** Mail programs show their users what the gateway claims of messages, and send what the gateway verifies and opens. */
class MailProgramsIT {
    @AutoClose
    private static ProgramRoad road;

    private static ProgramTables tables;
    private static final Map<MailProgram, List<ShownMail>> SHOWN = new EnumMap<>(MailProgram.class);

    private static SmimeMail opened;
    private static SmimeMail kept;

    @BeforeAll
    static void start() throws IOException {
        Requirements.programs("thunderbird", "neomutt", "tmux", "gpgsm", "openssl", "certutil", "pk12util");
        road = new ProgramRoad();
        List<ProgramMail> mails = road.passAll();
        List<byte[]> octets = road.octets(mails);
        try (Thunderbird program = new Thunderbird(octets, road.owner())) {
            SHOWN.put(MailProgram.THUNDERBIRD, program.show());
            opened = sent(program, ProgramRoad.BOB, ProgramRoad.ALICE);
            kept = sent(program, ProgramRoad.ALICE, ProgramRoad.BOB);
        }
        SHOWN.put(MailProgram.NEOMUTT, MailProgram.NEOMUTT.show(octets, road.owner(), (_, _) -> {}));
        tables = new ProgramTables(mails, SHOWN);
    }

    private static SmimeMail sent(Thunderbird program, String from, String to) {
        program.send(from, to, "Sent by hand", "Written in Thunderbird\n");
        return new SmimeMail(road.delivered().getLast().content());
    }

    @Test
    void theyTellTheirUsersWhatTheGatewayClaimsOrTheDifferenceIsExplained() {
        assertThat(tables.unexplained()).isEmpty();
    }

    /** Another version of a program may say something else. Then its section is not compared. */
    @Test
    void thePageHoldsWhatTheyShow() throws IOException {
        String page = Files.readString(Project.file("docs/interop.md"));
        List<String> missing = new ArrayList<>();
        for (MailProgram program : MailProgram.values()) {
            assertThat(page).contains("\n### " + program.title() + " ");
            if (page.contains(ProgramTables.heading(program)) && !page.contains(tables.section(program))) {
                missing.add(tables.section(program));
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void theGatewayOpensAndVerifiesWhatThunderbirdSends() {
        assertThat(opened.field("Authentication-Results"))
                .startsWith(GatewayProcess.AUTHSERV_ID + "; smime=pass ")
                .contains("body.smime-identifier=\"bob@partner.example\"");
        assertThat(opened.field("Subject")).isEqualTo("[signed] Sent by hand");
        assertThat(opened.field("User-Agent")).isEqualTo("Mozilla Thunderbird");
        assertThat(new String(opened.signedContent(), ISO_8859_1)).endsWith("\r\n\r\nWritten in Thunderbird\r\n");
    }

    @Test
    void theGatewayTakesTheEncryptionOfThunderbirdForItsOwnDemand() {
        assertThat(kept.kind()).isEqualTo("application/pkcs7-mime enveloped-data");
        assertThat(kept.field("Subject")).isEqualTo("Sent by hand");
        try (OpenSslPeer openssl = new OpenSslPeer(road.pki())) {
            byte[] signed = SmimePeer.expectPlain(
                    openssl.decryptMessage(kept.octets(), road.pki().identity(ProgramRoad.BOB)));
            assertThat(SmimePeer.expectGood(openssl.verifyMessage(signed)).signer())
                    .isEqualTo(road.pki().identity(ProgramRoad.ALICE));
        }
    }
}
