package org.postseal.gateway.e2e.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.road.pipeline.SealedCopy;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;
import org.postseal.gateway.testkit.Usage;

/**
 * Sends one message to very many recipients: encrypted, signed and encrypted, or signed. Some of those it is encrypted
 * for are blind copies.
 */
final class RecipientsRow implements Row {
    private static final int MANY = 1000;
    private static final int FEW = 120;
    private static final int BLIND = 5;
    private static final long CPU_MILLIS = 5000;

    private static final String POLICY = """
        version: 1
        internal: [example.com]
        rules:
          - { id: both, when: { recipientDomain: both.sealed.example },
              then: { sign: required, encrypt: required } }
          - { id: sealed, when: { recipientDomain: sealed.example }, then: { encrypt: required } }
          - { id: rest, when: always, then: { sign: required } }
        """;

    private static final List<String> DOMAINS = List.of("@sealed.example", "@both.sealed.example", "@signed.example");

    @Override
    public Extent extent() {
        return new Extent("messages", 10, 1, 10);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        int count = steps.isShort() ? FEW : MANY;
        Map<String, IssuedCertificate> issued = new HashMap<>();
        try (TestPki pki = new TestPki().user(LoadDriver.SENDER, KeyAlgorithm.RSA2048);
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = new GatewayProcess(pki).own(pki.identities())) {
            List<String> recipients = new ArrayList<>();
            IssuedCertificate sender = pki.issued(LoadDriver.SENDER);
            for (int i = 0; i < count; i++) {
                String address = (i < BLIND ? "blind-" : "seen-") + i + DOMAINS.get(i < BLIND ? i % 2 : i % 3);
                recipients.add(address);
                IssuedCertificate certificate = certificate(pki, sender, address);
                issued.put(address, certificate);
                Path file = gateway.file("store/" + address + ".pem");
                Files.writeString(file, certificate.certificatePem());
            }
            gateway.start(POLICY, hop.port());
            for (int number = steps.from(); number < steps.from() + steps.count(); number++) {
                String id = "recipients-" + number;
                double before = Usage.cpuSeconds(gateway.pid());
                List<String> replies = send(gateway.submissionLmtp(), id, recipients);
                tally.peak("most ms of CPU", Math.round(1000 * (Usage.cpuSeconds(gateway.pid()) - before)));
                tally.add("messages", 1);
                check(id, recipients, replies, hop.received(), issued, tally);
                hop.clear();
            }
        }
    }

    /** Makes a certificate with the same key for all, since only the names in the copies matter. */
    private static IssuedCertificate certificate(TestPki pki, IssuedCertificate like, String address) {
        return pki.authority()
                .request(MailAddress.of(address))
                .key(like.key())
                .profile(Profile.ENCRYPT)
                .validity(
                        like.certificate().x509().getNotBefore().toInstant(),
                        like.certificate().x509().getNotAfter().toInstant())
                .issue();
    }

    private static List<String> send(int port, String id, List<String> recipients) {
        List<String> visible = recipients.subList(BLIND, recipients.size());
        try (SmtpSender sender = SmtpSender.lmtp(port)) {
            return sender.send(LoadDriver.SENDER, recipients, LoadDriver.message(id, visible, 0))
                    .data();
        }
    }

    private static void check(
            String id,
            List<String> recipients,
            List<String> replies,
            List<Received> received,
            Map<String, IssuedCertificate> issued,
            Tally tally) {
        Ledger ledger = new Ledger();
        ledger.attempted();
        for (int i = 0; i < recipients.size(); i++) {
            ledger.settled(id, recipients.get(i), replies.get(i));
        }
        Ledger.Account account = ledger.account(received);
        tally.book(id, account);
        tally.add("copies", received.size());
        tally.require(account.promised() == recipients.size(), id + ": promised " + account.promised());
        // Recipients that may see each other share a copy, one in each class.
        tally.require(received.size() == DOMAINS.size() + BLIND, id + ": " + received.size() + " copies");
        for (Received copy : received) {
            List<String> to = copy.recipients();
            boolean isBlind = to.stream().anyMatch(address -> address.startsWith("blind-"));
            tally.require(!isBlind || to.size() == 1, id + ": a blind copy goes to " + to);
            if (to.getFirst().endsWith(Ledger.SEALED)) {
                Set<BigInteger> readers = SealedCopy.readers(copy.content());
                Set<BigInteger> expected = to.stream()
                        .map(address -> Objects.requireNonNull(issued.get(address))
                                .certificate()
                                .serialNumber())
                        .collect(Collectors.toSet());
                tally.require(readers.equals(expected), id + ": the copy for " + to + " names others");
            }
            tally.require(
                    !new String(copy.content(), US_ASCII).contains("blind-"),
                    id + ": the copy for " + to + " has the name of a blind recipient");
        }
    }

    @Override
    public void judge(Tally tally) {
        tally.require(
                tally.get("most ms of CPU") <= CPU_MILLIS,
                "CPU for one message: " + tally.get("most ms of CPU") + " ms");
    }
}
