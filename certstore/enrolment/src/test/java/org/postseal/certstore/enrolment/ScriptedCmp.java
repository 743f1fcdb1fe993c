package org.postseal.certstore.enrolment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.CertOrEncCert;
import org.bouncycastle.asn1.cmp.CertRepMessage;
import org.bouncycastle.asn1.cmp.CertResponse;
import org.bouncycastle.asn1.cmp.CertifiedKeyPair;
import org.bouncycastle.asn1.cmp.ErrorMsgContent;
import org.bouncycastle.asn1.cmp.PBMParameter;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIFreeText;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.cmp.CMPException;
import org.bouncycastle.cert.cmp.ProtectedPKIMessageBuilder;
import org.bouncycastle.cert.crmf.CRMFException;
import org.bouncycastle.cert.crmf.PKMACBuilder;
import org.bouncycastle.cert.crmf.jcajce.JcePKMACValuesCalculator;
import org.postseal.certstore.MailCertificate;

/** A server of CMP at 127.0.0.1 that answers as a test says. */
final class ScriptedCmp implements AutoCloseable {
    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    final List<PKIMessage> asked = new CopyOnWriteArrayList<>();
    final AtomicReference<Script> script = new AtomicReference<>();

    @FunctionalInterface
    interface Script {
        void answer(HttpExchange exchange, PKIMessage asked) throws IOException;
    }

    /** An answer to a message of ours, with what a test may make wrong. */
    record Reply(PKIBody body, byte[] transaction, byte[] nonce, String secret, int iterations) {
        static Reply to(PKIMessage asked, PKIBody body) {
            return new Reply(
                    body,
                    asked.getHeader().getTransactionID().getOctets(),
                    asked.getHeader().getSenderNonce().getOctets(),
                    SECRET,
                    1000);
        }

        byte[] octets() throws IOException {
            try {
                GeneralName name = new GeneralName(new X500Name("CN=Authority"));
                return new ProtectedPKIMessageBuilder(PKIHeader.CMP_2000, name, name)
                        .setTransactionID(transaction)
                        .setRecipNonce(nonce)
                        .setSenderNonce(new byte[16])
                        .setBody(body)
                        .build(new PKMACBuilder(new JcePKMACValuesCalculator())
                                .setParameters(new PBMParameter(
                                        new byte[16],
                                        new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256),
                                        iterations,
                                        new AlgorithmIdentifier(
                                                PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE)))
                                .build(secret.toCharArray()))
                        .toASN1Structure()
                        .getEncoded();
            } catch (CMPException | CRMFException e) {
                throw new IOException(e);
            }
        }
    }

    ScriptedCmp() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        // A handler that hangs keeps no other request waiting.
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/cmp");
    }

    /** Waits for the end of the test. */
    void hang() throws IOException {
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    static PKIBody issued(int request, MailCertificate certificate) {
        return response(new CertResponse(
                new ASN1Integer(request),
                new PKIStatusInfo(PKIStatus.granted),
                new CertifiedKeyPair(new CertOrEncCert(
                        new CMPCertificate(certificate.holder().toASN1Structure()))),
                null));
    }

    static PKIBody response(PKIStatusInfo status) {
        return response(new CertResponse(new ASN1Integer(0), status));
    }

    private static PKIBody response(CertResponse response) {
        return new PKIBody(PKIBody.TYPE_INIT_REP, new CertRepMessage(null, new CertResponse[] {response}));
    }

    static PKIBody error(int failure) {
        return new PKIBody(PKIBody.TYPE_ERROR, new ErrorMsgContent(rejection(failure)));
    }

    static PKIStatusInfo rejection(int failure) {
        return new PKIStatusInfo(PKIStatus.rejection, new PKIFreeText("words"), new PKIFailureInfo(failure));
    }

    static void send(HttpExchange exchange, int status, String type, byte[] octets) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : octets.length);
        exchange.getResponseBody().write(octets);
    }

    static void send(HttpExchange exchange, Reply reply) throws IOException {
        send(exchange, 200, "application/pkixcmp", reply.octets());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            PKIMessage message =
                    PKIMessage.getInstance(exchange.getRequestBody().readAllBytes());
            asked.add(message);
            script.get().answer(exchange, message);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }

    static final String SECRET = "the sécret";
}
