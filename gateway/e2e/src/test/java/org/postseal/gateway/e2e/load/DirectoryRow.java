package org.postseal.gateway.e2e.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.remote.ldap.Slapd;
import org.postseal.certstore.remote.smimea.Named;
import org.postseal.certstore.remote.smimea.SmimeaName;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.CuttingProxy;
import org.postseal.gateway.testkit.CuttingProxy.Link;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TemporaryHome;
import org.postseal.gateway.testkit.TestPki;

/**
 * The server that has the recipients' certificates, or knows whether they are good, cannot be asked; later it can. Each
 * case has its own recipient, about whom nothing is remembered.
 */
final class DirectoryRow implements Row {
    private static final int SENDERS = 8;
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    private static final List<Link> LDAP = List.of(Link.REFUSE, Link.SILENT, Link.SLOW, Link.RESET, Link.NONSENSE);
    private static final List<Link> DNS = List.of(Link.REFUSE, Link.SILENT, Link.SLOW, Link.NONSENSE);
    private static final List<Link> OCSP = List.of(Link.REFUSE, Link.SILENT, Link.SLOW, Link.NONSENSE);

    private static final String POLICY = """
        version: 1
        internal: [example.com]
        rules:
          - { id: sealed, when: { recipientDomain: ["*.sealed.example"] }, then: { encrypt: required } }
          - { id: rest, when: always, then: mailboxPolicy }
        """;

    /** A run in CI has one of the cases about revocation, since each takes as long as a failure is remembered. */
    @Override
    public Extent extent() {
        int all = LDAP.size() + DNS.size() + OCSP.size();
        return new Extent("cases", all, LDAP.size() + DNS.size() + 1, all);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        Requirements.programs("openssl", "slapd", "named", "dnssec-signzone");
        int messages = steps.isShort() ? 4 : 500;
        Path folder = TemporaryHome.create("directory");
        try (TestPki pki = new TestPki().user(LoadDriver.SENDER, KeyAlgorithm.RSA2048);
                ScriptedNextHop hop = new ScriptedNextHop()) {
            sources(pki, hop, folder, messages, tally);
            revocation(pki, hop, folder, OCSP.subList(0, steps.count() - LDAP.size() - DNS.size()), messages, tally);
        } finally {
            TemporaryHome.delete(folder);
        }
    }

    /** Runs the cases about the sources of certificates. */
    private static void sources(TestPki pki, ScriptedNextHop hop, Path folder, int messages, Tally tally)
            throws Exception {
        try (Slapd slapd = slapd(pki, Files.createDirectory(folder.resolve("slapd")));
                CuttingProxy ldap = new CuttingProxy(slapd.url().port());
                Named named = named(pki, Files.createDirectory(folder.resolve("named")));
                CuttingProxy dns = new CuttingProxy(named.address().getPort());
                GatewayProcess gateway = new GatewayProcess(pki)
                        .javaOptions(MixedGateway.QUICK)
                        .own(List.of(pki.identity(LoadDriver.SENDER)))) {
            Files.copy(folder.resolve("named/anchors"), gateway.file("anchors"));
            gateway.configuration("""
                directory:
                  ldap:
                    corp:
                      urls: "ldap://127.0.0.1:%d"
                      base: "dc=example,dc=com"
                      domains: [ldap.sealed.example]
                      limits: { connect: 1s, response: 1s, total: 2s }
                  smimea: { resolvers: ["127.0.0.1:%d"], trustAnchors: anchors, transport: tcp, timeLimit: 2s }
                  cache: { positive: 0s, negative: 0s, error: 0s }
                """.formatted(ldap.port(), dns.port()));
            gateway.start(POLICY, hop.port());
            for (Link link : LDAP) {
                fault(gateway, hop, ldap, link, address(link, "ldap"), messages, tally);
            }
            for (Link link : DNS) {
                fault(gateway, hop, dns, link, address(link, "dns"), messages, tally);
            }
        }
    }

    private static void revocation(
            TestPki pki, ScriptedNextHop hop, Path folder, List<Link> faults, int messages, Tally tally)
            throws Exception {
        List<String> addresses =
                faults.stream().map(link -> address(link, "ocsp")).toList();
        int askedAt = Await.freePorts(1).getFirst();
        try (OcspResponder responder =
                        new OcspResponder(Files.createDirectory(folder.resolve("ocsp")), askedAt, addresses);
                CuttingProxy link = CuttingProxy.onPort(askedAt, responder.port());
                GatewayProcess gateway = new GatewayProcess(pki)
                        .javaOptions(MixedGateway.QUICK)
                        .own(List.of(pki.identity(LoadDriver.SENDER)))) {
            Files.copy(responder.authority(), gateway.file("store/trust/ocsp.pem"));
            for (String address : addresses) {
                Files.copy(responder.certificate(address), gateway.file("store/" + address + ".pem"));
            }
            gateway.configuration("""
                revocation:
                  outbound: hard
                  order: ocspOnly
                  allowedNetworks: ["127.0.0.1/32"]
                  allowedPorts: [%d]
                  connectTimeout: 1s
                  totalTimeout: 2s
                """.formatted(link.port()));
            gateway.start(POLICY, hop.port());
            for (Link each : faults) {
                fault(gateway, hop, link, each, address(each, "ocsp"), messages, tally);
            }
        }
    }

    private static void fault(
            GatewayProcess gateway,
            ScriptedNextHop hop,
            CuttingProxy proxy,
            Link link,
            String recipient,
            int messages,
            Tally tally)
            throws Exception {
        hop.clear();
        List<String> to = List.of(recipient, MixedGateway.CLARA);
        LoadDriver load = new LoadDriver(gateway.submissionLmtp(), true, true);
        Map<String, List<String>> left = new ConcurrentHashMap<>();
        proxy.set(link);
        try (ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
            IntStream.range(0, messages)
                    .forEach(number -> senders.execute(() -> {
                        String id = recipient + "-" + number;
                        left.put(id, load.attempt(id, to));
                    }));
        }
        int deferred = (int)
                left.values().stream().filter(who -> who.contains(recipient)).count();
        tally.require(deferred == messages, recipient + ": deferred " + deferred + " of " + messages);
        tally.add("deferred for now", deferred);
        tally.require(
                hop.received().stream()
                        .noneMatch(message -> message.recipients().contains(recipient)),
                recipient + ": something was sent to him");
        proxy.set(Link.PASS);
        long start = System.nanoTime();
        load.deliver(recipient + "-after", to);
        tally.peak("most ms to recover", (System.nanoTime() - start) / 1_000_000);
        left.forEach(load::deliver);

        Ledger.Account account = load.account(hop.received());
        tally.add("cases", 1);
        tally.add("messages", messages + 1L);
        tally.book(recipient, account);
        tally.require(account.refused() == 0, recipient + ": refused " + account.refused());
    }

    private static String address(Link link, String kind) {
        return link.name().toLowerCase(java.util.Locale.ROOT) + "@" + kind + ".sealed.example";
    }

    private static Slapd slapd(TestPki pki, Path folder) throws IOException {
        Stream<String> entries = Stream.concat(
                Stream.of("dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n\n"),
                LDAP.stream().map(link -> person(pki, address(link, "ldap"))));
        return Slapd.in(folder).build().load(String.join("", entries.toList())).start();
    }

    private static String person(TestPki pki, String address) {
        return "dn: uid=" + address + ",dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: " + address
                + "\ncn: User\nsn: User\nmail: " + address + "\nuserCertificate;binary:: "
                + Base64.getEncoder().encodeToString(der(pki, address)) + "\n\n";
    }

    private static Named named(TestPki pki, Path folder) throws Exception {
        Named.Zones zones = new Named.Zones(folder);
        String[] records = DNS.stream()
                .map(link -> address(link, "dns"))
                .map(address ->
                        SmimeaName.of(MailAddress.of(address)).orElseThrow().text() + " SMIMEA 3 0 0 "
                                + HexFormat.of().formatHex(der(pki, address)))
                .toArray(String[]::new);
        String anchor = zones.signed("dns.sealed.example.", List.of(), records);
        zones.unsigned(".");
        Files.writeString(folder.resolve("anchors"), anchor + "\n", US_ASCII);
        return Named.start(folder, zones);
    }

    private static byte[] der(TestPki pki, String address) {
        try {
            return pki.user(address, KeyAlgorithm.P256)
                    .issued(address)
                    .certificate()
                    .holder()
                    .getEncoded();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void judge(Tally tally) {
        tally.require(
                tally.get("most ms to recover") <= RECOVERY.toMillis(),
                "recovered after " + tally.get("most ms to recover") + " ms");
    }
}
