package org.postseal.gateway.e2e.programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.MailOwner;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TemporaryHome;
import org.postseal.gateway.testkit.TestPki;

/** A gateway that has the cases of {@link ProgramCase} pass, and the readers' keys from the gateway's own command. */
final class ProgramRoad implements AutoCloseable {
    static final String ALICE = "alice@example.com";
    static final String BOB = "bob@partner.example";
    static final String DORA = "dora@partner.example";

    private final TestPki pki = new TestPki()
            .user(ALICE, KeyAlgorithm.RSA2048)
            .user(BOB, KeyAlgorithm.RSA2048)
            .user(DORA, KeyAlgorithm.P256);
    private final Path home = TemporaryHome.create("programs");
    private final ScriptedNextHop mailboxes;
    private final GatewayProcess gateway = new GatewayProcess(pki);
    private final Map<Path, String> keys = made();

    ProgramRoad() throws IOException {
        mailboxes = new ScriptedNextHop();
        gateway.own(List.of(pki.identity(ALICE)))
                .partners(List.of(pki.identity(BOB), pki.identity(DORA)))
                .start(ProgramCase.policy(), mailboxes.port());
    }

    TestPki pki() {
        return pki;
    }

    /** Returns each message as the gateway delivers it. */
    List<ProgramMail> passAll() {
        List<ProgramMail> mails = new ArrayList<>();
        try (Correspondent correspondent = new Correspondent(pki)) {
            for (ProgramCase each : ProgramCase.ALL) {
                int port = each.isOutbound() ? gateway.submissionSmtp() : gateway.inboundSmtp();
                String from = each.isOutbound() ? ALICE : BOB;
                SmtpSender.send(
                        port,
                        from,
                        List.of(each.to()),
                        correspondent.write(each).octets());
                SmimeMail arrived = new SmimeMail(mailboxes.received().getLast().content());
                mails.add(new ProgramMail(each, arrived, record(each.id())));
            }
        }
        return mails;
    }

    private Map<?, ?> record(String id) {
        Await.until(() -> !gateway.audit(id).isEmpty(), () -> "no record of " + id + "\n" + gateway.log());
        return gateway.audit(id).getFirst();
    }

    List<byte[]> octets(List<ProgramMail> mails) {
        return mails.stream().map(mail -> mail.arrived().octets()).toList();
    }

    /** Returns all the messages that the gateway has delivered. */
    List<Received> delivered() {
        return mailboxes.received();
    }

    /** Returns a user who reads with everybody's keys, and sends through the gateway. */
    MailOwner owner() {
        return new MailOwner(pki.root(), keys, Map.of(ALICE, gateway.submissionSmtp(), BOB, gateway.inboundSmtp()));
    }

    /** Makes PKCS #12 files by {@code postseal client pkcs12}, and returns them with their passwords. */
    private Map<Path, String> made() {
        try {
            Administration office = Administration.in(home);
            office.at(Instant.now());
            ok(office.run("key init"));
            ok(office.run("trust import partners", pki.root()));
            Path password = Files.writeString(home.resolve("secret"), Identity.PASSWORD + "\n");
            Map<Path, String> keys = new LinkedHashMap<>();
            for (Identity user : pki.identities()) {
                ok(office.run("key import", user.pkcs12(), "--password-file", password));
                Path file = home.resolve(user.address() + ".p12");
                Path secret = home.resolve(user.address() + ".secret");
                ok(office.run("client pkcs12 " + user.address(), "-o", file, "--password-out", secret));
                keys.put(file, Files.readString(secret, UTF_8).strip());
            }
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void ok(Administration.Done done) {
        if (done.exitCode() != 0) {
            throw new AssertionError(done.toString());
        }
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        mailboxes.close();
        pki.close();
        TemporaryHome.delete(home);
    }
}
