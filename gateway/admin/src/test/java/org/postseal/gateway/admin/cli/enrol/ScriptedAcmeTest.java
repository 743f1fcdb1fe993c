package org.postseal.gateway.admin.cli.enrol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/** The scripted authority against a client that signs each request by hand, and against OpenSSL. */
@Tag("thorough")
final class ScriptedAcmeTest {
    @TempDir
    private Path folder;

    private ScriptedAcme acme;
    private ScriptedNextHop mailbox;
    private HttpClient client;
    private final KeyPair account = pair();
    private final KeyPair mailKey = pair();
    private String kid = "";
    private String nonce = "";

    @BeforeEach
    void start() throws Exception {
        acme = ScriptedAcme.start(folder, Instant.now().minusSeconds(60));
        mailbox = new ScriptedNextHop();
        acme.mailTo(mailbox.port());
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry(
                "root", certificates(Files.readString(acme.trustFile())).getFirst());
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trust);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, factory.getTrustManagers(), null);
        client = HttpClient.newBuilder().sslContext(tls).build();
    }

    @AfterEach
    void stop() throws Exception {
        client.shutdownNow();
        mailbox.close();
        acme.close();
    }

    @Test
    void anOrderEndsWithACertificateThatOpensslVerifies() throws Exception {
        acme.signMail();
        acme.with(AcmeFault.ORDER_SLOW);
        String order = ordered();
        Await.until(() -> !mailbox.received().isEmpty(), () -> "the challenge does not come: " + acme.faults());
        String challenge = mailbox.received().getFirst().text();
        Path message = Files.writeString(folder.resolve("challenge.eml"), challenge);
        assertThat(Command.of("openssl", "cms", "-verify", "-CAfile", acme.trustFile(), "-in", message)
                        .output())
                .asString(US_ASCII)
                .contains("\r\nSubject: ACME: ", "hp=\"clear\"");
        respond(challenge, UnaryOperator.identity());
        assertThat(post("challenge/1", "{}").body()).contains("\"status\":\"valid\"");
        assertThat(post("authorization/1", "").body()).contains("\"status\":\"valid\"");
        assertThat(post(order, "").body()).contains("\"status\":\"ready\"");
        HttpResponse<String> processing = post("finalize/1", csr(mailKey, "erin@ours.example"));
        assertThat(processing.body()).contains("\"status\":\"processing\"");
        assertThat(processing.headers().firstValue("Retry-After")).contains("1");
        post(order, "");
        assertThat(post(order, "").body()).contains("\"certificate\":");

        HttpResponse<String> chain = post("certificate/1", "");
        assertThat(chain.headers().firstValue("Content-Type")).contains("application/pem-certificate-chain");
        Path pem = Files.writeString(folder.resolve("chain.pem"), chain.body());
        Command.of(
                        "openssl",
                        "verify",
                        "-purpose",
                        "smimesign",
                        "-verify_email",
                        "erin@ours.example",
                        "-CAfile",
                        acme.trustFile(),
                        "-untrusted",
                        pem,
                        pem)
                .output();
        assertThat(acme.issued()).containsExactly(certificates(chain.body()).getFirst());
        assertThat(acme.issued().getFirst().getPublicKey()).isEqualTo(mailKey.getPublic());
        assertThat(acme.faults()).isEmpty();
        assertThat(acme.sent()).containsExactly(challenge);
    }

    /** The digest by which a response is judged is what the command line of OpenSSL makes of tokens and key. */
    @Test
    void theDigestOfTheResponseIsTheOneOfOpenssl() throws Exception {
        String thumbprint = openssl("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}"
                .formatted(jwk().get("x"), jwk().get("y")));
        assertThat(AcmeJws.response("part-one", "part-two", jwk()))
                .isEqualTo(openssl("part-onepart-two." + thumbprint));
        // RFC 7638 §3.1
        Map<String, Object> rsa = Map.of("kty", "RSA", "e", "AQAB", "alg", "RS256", "n", RFC_7638);
        assertThat(AcmeJws.thumbprint(rsa)).isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    @Test
    void anExternalAccountIsDemanded() throws Exception {
        byte[] secret = "a secret of thirty-two octets...".getBytes(US_ASCII);
        acme.demandBinding("customer", secret);
        assertThat(post("new-account", TERMS).body()).contains("externalAccountRequired");
        assertThat(post("new-account", binding("wrong".getBytes(US_ASCII))).statusCode())
                .isEqualTo(401);
        assertThat(post("new-account", binding(secret)).statusCode()).isEqualTo(201);
        HttpResponse<String> again = post("new-account", "{\"onlyReturnExisting\":true}");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.headers().firstValue("Location")).isPresent();
        assertThat(acme.faults())
                .containsExactly(
                        "POST /new-account: there is no externalAccountBinding",
                        "POST /new-account: the MAC of the external account is wrong");
    }

    @Test
    void eachBrokenRuleOfRequestsIsNamed() throws Exception {
        get("order/1");
        assertFault("GET /order/1: the method is GET");
        client.send(
                HttpRequest.newBuilder(URI.create(acme.directoryUrl()))
                        .header("User-Agent", "")
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        assertFault("GET /directory: there is no User-Agent");
        send("new-account", "application/json", "{}");
        assertFault("POST /new-account: the content type is not application/jose+json");
        raw("new-account", "{\"protected\":\"\",\"protected\":\"\"}");
        assertFault("POST /new-account: the JSON cannot be read: Duplicate Object property \"protected\"");
        raw("new-account", "{\"header\":{},\"protected\":\"\",\"payload\":\"\",\"signature\":\"\"}");
        assertThat(acme.faults().getLast()).startsWith("POST /new-account: a JWS has the members protected");
        raw("new-account", "{\"protected\":\"e30=\",\"payload\":\"\",\"signature\":\"\"}");
        assertFault("POST /new-account: no base64url without padding: e30=");
        changed("new-account", TERMS, "alg", "HS256");
        assertFault("POST /new-account: alg is HS256");
        changed("new-account", TERMS, "alg", "RS256");
        assertFault("POST /new-account: alg is RS256, and the key is for ES256");
        changed("new-account", TERMS, "url", acme.directoryUrl());
        assertFault("POST /new-account: the url of the protected header is " + acme.directoryUrl());
        changed("new-account", TERMS, "kid", "1");
        assertFault("POST /new-account: the protected header must have jwk alone");
        changed("new-account", TERMS, "nonce", AcmeJws.encode(new byte[16]));
        assertFault("POST /new-account: the nonce was never given out or is used");
        changed("new-account", TERMS, "crit", List.of("exp"));
        assertFault("POST /new-account: the protected header has crit or b64");
        post("new-account", "{}");
        assertFault("POST /new-account: the terms of service are not agreed to");
        post("new-account", "{\"termsOfServiceAgreed\":true,\"contact\":[\"mailto:a@b.example?subject=x\"]}");
        assertFault("POST /new-account: a contact is not one mailto: without header fields");
        raw("new-account", jws("new-account", TERMS, Map.of()).replaceFirst("\"signature\":\".", "\"signature\":\"_"));
        assertFault("POST /new-account: the signature of the JWS is wrong");
        post("new-account", TERMS);
        kid = base() + "account/1";
        changed("new-order", "{}", "jwk", jwk());
        assertFault("POST /new-order: the protected header must have kid alone");
        String used = nonce;
        post("account/1", "");
        changed("account/1", "", "nonce", used);
        assertFault("POST /account/1: the nonce was never given out or is used");
        assertThat(acme.faults()).hasSize(17);
    }

    @Test
    void eachBrokenRuleOfAnOrderIsNamed() throws Exception {
        acme.holdMail();
        account();
        post("new-order", "{\"identifiers\":[{\"type\":\"dns\",\"value\":\"ours.example\"}]}");
        assertFault("POST /new-order: the type of the identifier is dns");
        post("new-order", "{\"identifiers\":[{\"type\":\"email\",\"value\":\"Erin <erin@ours.example>\"}]}");
        assertFault("POST /new-order: the identifier is no address: Erin <erin@ours.example>");
        order();
        post("order/1", "{}");
        assertFault("POST /order/1: a POST-as-GET has no payload");
        post("order/9", "");
        assertFault("POST /order/9: there is no such resource of this account");
        post("challenge/1", "{\"keyAuthorization\":\"x\"}");
        assertFault("POST /challenge/1: the payload for a challenge is {}");
        post("finalize/1", csr(mailKey, "erin@ours.example"));
        assertFault("POST /finalize/1: the order is pending");
        acme.deliver();
        respond(mailbox.received().getFirst().text(), UnaryOperator.identity());
        post("challenge/1", "{}");
        post("finalize/1", csr(account, "erin@ours.example"));
        assertFault("POST /finalize/1: the request is for the key of the account");
        String right = csr(mailKey, "erin@ours.example");
        post("finalize/1", right.substring(0, right.length() - 8) + "AAAAAA\"}");
        assertThat(acme.faults().getLast()).startsWith("POST /finalize/1: the signature of the request is wrong");
        post("finalize/1", csr(mailKey, "erin@ours.example", "eve@ours.example"));
        assertThat(acme.faults().getLast())
                .startsWith("POST /finalize/1: the request does not name exactly erin@ours.example");
    }

    @Test
    void eachBrokenRuleOfAResponseIsNamed() throws Exception {
        acme.holdMail();
        ordered();
        acme.deliver();
        String challenge = mailbox.received().getFirst().text();
        respond(
                challenge,
                response -> response.replace("From: erin@", "From: eve@")
                        .replaceFirst("In-Reply-To: <.", "In-Reply-To: <")
                        .replaceFirst("Subject: Re: ACME: .", "List-Id: <x.example>\r\nSubject: ACME: ")
                        .replaceFirst("RESPONSE-----\r\n.", "RESPONSE-----\r\n"));
        assertThat(acme.faults().stream().map(each -> each.replaceAll(" (is|no reply to) .*", "")))
                .containsExactly(
                        "mail: From of the response",
                        "mail: In-Reply-To of the response",
                        "mail: Subject of the response",
                        "mail: the response has a field of mailing lists: list-id",
                        "mail: the digest of the response");
        assertThat(post("challenge/1", "{}").body()).contains("\"status\":\"invalid\"", "incorrectResponse");
        respond(challenge, response -> response.replace("text/plain", "text/html"));
        assertThat(acme.faults().subList(5, 7))
                .containsExactly(
                        "mail: the response is neither text/plain nor multipart/alternative: text/html",
                        "mail: a challenge is responded to twice");
    }

    @Test
    void theScriptOfTheAuthorityIsNoFaultOfTheClient() throws Exception {
        account();
        acme.with(AcmeFault.BAD_NONCE_ONCE);
        assertThat(order().body()).contains("badNonce");
        assertThat(order().statusCode()).isEqualTo(201);
        acme.with(AcmeFault.RATE_LIMITED);
        assertThat(order().headers().firstValue("Retry-After")).contains("3600");
        acme.without(AcmeFault.RATE_LIMITED);
        acme.with(AcmeFault.TWO_IDENTIFIERS);
        acme.with(AcmeFault.OTHER_HOST);
        assertThat(order().body()).contains("mallory@elsewhere.example", "https://elsewhere.example/finalize/2");
        acme.with(AcmeFault.NO_EMAIL_CHALLENGE);
        assertThat(post("authorization/2", "").body()).contains("http-01").doesNotContain("email-reply-00");
        acme.with(AcmeFault.ORDER_FORGOTTEN);
        assertThat(post("order/2", "").statusCode()).isEqualTo(404);
        acme.with(AcmeFault.ACCOUNT_DEACTIVATED);
        assertThat(post("order/2", "").statusCode()).isEqualTo(401);
        acme.with(AcmeFault.HUGE, "directory");
        try (InputStream huge = client.send(
                        HttpRequest.newBuilder(URI.create(acme.directoryUrl())).build(),
                        HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
            assertThat(huge.readNBytes(4 << 20)).hasSize(4 << 20);
        }
        assertThat(acme.faults()).isEmpty();
    }

    @Test
    void challengesAreForgedAndAwkward() throws Exception {
        acme.holdMail();
        ordered();
        for (AcmeFault fault : List.of(
                AcmeFault.FORGED_FROM,
                AcmeFault.OTHER_RECIPIENT,
                AcmeFault.TWO_SUBJECTS,
                AcmeFault.NOT_AUTO_SUBMITTED,
                AcmeFault.MAILING_LIST,
                AcmeFault.FOLDED_SUBJECT,
                AcmeFault.ENCODED_SUBJECT,
                AcmeFault.REPLAYED)) {
            acme.with(fault);
            acme.deliver();
            acme.without(fault);
        }
        List<String> sent = acme.sent();
        assertThat(sent.get(0)).contains("From: acme-challenge@forger.example\r\n");
        assertThat(sent.get(1)).contains("To: other@elsewhere.example\r\n");
        assertThat(sent.get(2).split("\r\nSubject: ")).hasSize(3);
        assertThat(sent.get(3)).doesNotContain("Auto-Submitted");
        assertThat(sent.get(4)).contains("\r\nList-Id: ");
        assertThat(sent.get(5)).containsPattern("\r\nSubject: ACME:\r\n \\S+\r\n \\S+\r\n");
        assertThat(sent.get(6)).containsPattern("\r\nSubject: =\\?US-ASCII\\?B\\?");
        assertThat(mailbox.received()).hasSize(9);
    }

    @Test
    void certificatesAreOtherThanAsked() throws Exception {
        AcmeIssuer issuer = new AcmeIssuer(Instant.now());
        Path root = Files.writeString(folder.resolve("root.pem"), AcmeIssuer.pem(List.of(issuer.root())));
        Map<AcmeFault, String> verdicts = new LinkedHashMap<>();
        for (AcmeFault fault :
                List.of(AcmeFault.OTHER_ADDRESS, AcmeFault.EXPIRED, AcmeFault.NO_ISSUER, AcmeFault.OTHER_ROOT)) {
            Path pem = Files.writeString(folder.resolve(fault.name()), AcmeIssuer.pem(issue(issuer, fault)));
            String messages = Command.of(
                            "openssl",
                            "verify",
                            "-verify_email",
                            "erin@ours.example",
                            "-CAfile",
                            root,
                            "-untrusted",
                            pem,
                            pem)
                    .run()
                    .messages();
            verdicts.put(fault, found(messages, "lookup: ([a-z ]+)"));
        }
        assertThat(verdicts)
                .containsExactly(
                        Map.entry(AcmeFault.OTHER_ADDRESS, "email address mismatch"),
                        Map.entry(AcmeFault.EXPIRED, "certificate has expired"),
                        Map.entry(AcmeFault.NO_ISSUER, "unable to get local issuer certificate"),
                        Map.entry(AcmeFault.OTHER_ROOT, "self"));
        assertThat(issue(issuer, AcmeFault.OTHER_KEY).getFirst().getPublicKey()).isNotEqualTo(mailKey.getPublic());
        assertThat(issue(issuer, AcmeFault.ONE_MORE_ADDRESS).getFirst().getSubjectAlternativeNames())
                .hasSize(2);
    }

    private List<X509Certificate> issue(AcmeIssuer issuer, AcmeFault fault) throws Exception {
        return issuer.issue("erin@ours.example", mailKey.getPublic(), Instant.now(), Duration.ofDays(1), Set.of(fault));
    }

    /** Makes an account and an order, and asks for its authorization. Returns the path of the order. */
    private String ordered() throws Exception {
        account();
        HttpResponse<String> order = order();
        assertThat(order.statusCode()).isEqualTo(201);
        post("authorization/1", "");
        return order.headers().firstValue("Location").orElseThrow().substring(base().length());
    }

    private void account() throws Exception {
        HttpResponse<String> made = post("new-account", TERMS);
        assertThat(made.statusCode()).isEqualTo(201);
        kid = made.headers().firstValue("Location").orElseThrow();
    }

    private HttpResponse<String> order() throws Exception {
        return post("new-order", "{\"identifiers\":[{\"type\":\"email\",\"value\":\"erin@ours.example\"}]}");
    }

    private void respond(String challenge, UnaryOperator<String> change) throws Exception {
        String token = found(challenge, "\r\nSubject: ACME: (\\S+)");
        String from = found(challenge, "From: (\\S+)");
        String body = post("authorization/1", "").body();
        String digest = AcmeJws.response(token, found(body, "\"token\":\"([^\"]+)\""), jwk());
        String response = """
                From: erin@ours.example
                To: %s
                Subject: Re: ACME: %s
                Date: Thu, 3 Dec 2026 10:00:00 +0000
                Message-ID: <2@ours.example>
                In-Reply-To: %s
                MIME-Version: 1.0
                Content-Type: text/plain

                -----BEGIN ACME RESPONSE-----
                %s
                -----END ACME RESPONSE-----
                """.formatted(from, token, found(challenge, "\r\nMessage-ID: (\\S+)"), digest)
                .replace("\n", "\r\n");
        SmtpSender.send(
                acme.replyPort(),
                "erin@ours.example",
                List.of(from),
                change.apply(response).getBytes(US_ASCII));
    }

    private void assertFault(String expected) {
        assertThat(acme.faults().getLast()).isEqualTo(expected);
    }

    private HttpResponse<String> post(String path, String payload) throws Exception {
        return raw(path, jws(path, payload, Map.of()));
    }

    private void changed(String path, String payload, String header, Object value) throws Exception {
        raw(path, jws(path, payload, Map.of(header, value)));
    }

    private HttpResponse<String> raw(String path, String body) throws Exception {
        return send(path, "application/jose+json", body);
    }

    private HttpResponse<String> send(String path, String type, String body) throws Exception {
        return keepNonce(client.send(
                HttpRequest.newBuilder(URI.create(base() + path))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString()));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return keepNonce(client.send(
                HttpRequest.newBuilder(URI.create(base() + path)).build(), HttpResponse.BodyHandlers.ofString()));
    }

    private HttpResponse<String> keepNonce(HttpResponse<String> response) {
        nonce = response.headers().firstValue("Replay-Nonce").orElse("");
        return response;
    }

    private String jws(String path, String payload, Map<String, Object> changes) throws Exception {
        if (nonce.isEmpty()) {
            get("new-nonce");
        }
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", "ES256");
        header.put("nonce", nonce);
        header.put("url", base() + path);
        header.put(path.equals("new-account") ? "jwk" : "kid", path.equals("new-account") ? jwk() : kid);
        header.putAll(changes);
        String signed = text(AcmeJson.text(header)) + "." + text(payload);
        Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
        signer.initSign(account.getPrivate());
        signer.update(signed.getBytes(US_ASCII));
        return flattened(signed, signer.sign());
    }

    private String binding(byte[] secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        String signed = text(AcmeJson.text(Map.of("alg", "HS256", "kid", "customer", "url", base() + "new-account")))
                + "." + text(AcmeJson.text(jwk()));
        return "{\"termsOfServiceAgreed\":true,\"externalAccountBinding\":"
                + flattened(signed, mac.doFinal(signed.getBytes(US_ASCII))) + "}";
    }

    private static String flattened(String signed, byte[] signature) {
        String[] parts = signed.split("\\.", -1);
        return AcmeJson.text(
                Map.of("protected", parts[0], "payload", parts[1], "signature", AcmeJws.encode(signature)));
    }

    private Map<String, Object> jwk() {
        ECPublicKey key = (ECPublicKey) account.getPublic();
        return Map.of(
                "kty",
                "EC",
                "crv",
                "P-256",
                "x",
                coordinate(key.getW().getAffineX()),
                "y",
                coordinate(key.getW().getAffineY()));
    }

    private static String coordinate(BigInteger number) {
        byte[] octets = number.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(octets.length, 32);
        System.arraycopy(octets, octets.length - length, fixed, 32 - length, length);
        return AcmeJws.encode(fixed);
    }

    private static String csr(KeyPair pair, String... addresses) throws Exception {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(Arrays.stream(addresses)
                        .map(each -> new GeneralName(GeneralName.rfc822Name, each))
                        .toArray(GeneralName[]::new)));
        byte[] der = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=Erin"), pair.getPublic())
                .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                .getEncoded();
        return "{\"csr\":\"" + AcmeJws.encode(der) + "\"}";
    }

    private static String openssl(String text) {
        return AcmeJws.encode(Command.of("openssl", "dgst", "-sha256", "-binary")
                .input(text.getBytes(US_ASCII))
                .output());
    }

    private static List<X509Certificate> certificates(String pem) throws Exception {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new java.io.ByteArrayInputStream(pem.getBytes(US_ASCII)))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    private static String text(String plain) {
        return AcmeJws.encode(plain.getBytes(UTF_8));
    }

    private static String found(String text, String expression) {
        Matcher matcher = Pattern.compile(expression).matcher(text);
        assertThat(matcher.find()).as(expression).isTrue();
        return matcher.group(1);
    }

    private String base() {
        return acme.directoryUrl().replace("directory", "");
    }

    private static KeyPair pair() {
        try {
            return AcmeIssuer.pair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String TERMS = "{\"termsOfServiceAgreed\":true}";

    private static final String RFC_7638 = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aP"
            + "FFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2"
            + "QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr"
            + "3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
}
