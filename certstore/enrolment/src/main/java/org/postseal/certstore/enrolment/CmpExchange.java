package org.postseal.certstore.enrolment;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.CertRepMessage;
import org.bouncycastle.asn1.cmp.CertResponse;
import org.bouncycastle.asn1.cmp.CertifiedKeyPair;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PollRepContent;
import org.bouncycastle.asn1.cmp.PollReqContent;
import org.bouncycastle.cert.cmp.ProtectedPKIMessage;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.enrolment.CmpAuthority.UnusableException;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Answer;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Request;

/** Asks a server of CMP for the certificate of one order: the messages, and what their answers mean. */
final class CmpExchange {
    private final CmpAuthority.Server server;
    private final HttpClient client;
    private final CmpTransaction transaction;
    private final Request request;

    CmpExchange(CmpAuthority.Server server, HttpClient client, CmpTransaction transaction, Request request) {
        this.server = server;
        this.client = client;
        this.transaction = transaction;
        this.request = request;
    }

    Answer ask() throws IOException, UnusableException {
        try {
            return meaning(answered(transaction.first(CmpQuestions.initialization(request))));
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw new UnusableException("answers with what is no message of CMP", malformed);
        }
    }

    private Answer meaning(ProtectedPKIMessage answer) throws IOException, UnusableException {
        PKIBody body = answer.getBody();
        return switch (body.getType()) {
            case PKIBody.TYPE_INIT_REP -> response(answer);
            case PKIBody.TYPE_POLL_REP -> new Answer.Later(server.url() + " asks to come later", checkAfter(body));
            case PKIBody.TYPE_ERROR -> error(CmpStatus.ofError(body));
            default -> throw new UnusableException("answers with a message of type " + body.getType());
        };
    }

    /** Sends a message, waits for its answer within the time limit, and returns the last one. */
    private ProtectedPKIMessage answered(byte[] message) throws IOException, UnusableException {
        long end = System.nanoTime() + server.timeLimit().toNanos();
        ProtectedPKIMessage answer = send(message);
        Optional<ASN1Integer> waiting = waiting(answer.getBody());
        if (waiting.isPresent()) {
            PKIBody question = new PKIBody(PKIBody.TYPE_POLL_REQ, new PollReqContent(waiting.get()));
            answer = send(transaction.poll(question));
            while (isReadyBefore(end, answer.getBody())) {
                pause(checkAfter(answer.getBody()).orElse(Duration.ZERO));
                answer = send(transaction.poll(question));
            }
        }
        return answer;
    }

    /** Returns what to poll for if the authority is at work, now or since an earlier run. */
    private static Optional<ASN1Integer> waiting(PKIBody body) {
        return switch (body.getType()) {
            case PKIBody.TYPE_INIT_REP ->
                Stream.of(CertRepMessage.getInstance(body.getContent()).getResponse())
                        .filter(each -> CmpStatus.of(each.getStatus()).status() == CmpStatus.WAITING)
                        .map(CertResponse::getCertReqId)
                        .findFirst();
            case PKIBody.TYPE_ERROR -> {
                CmpStatus status = CmpStatus.ofError(body);
                if (status.failures().contains(CmpStatus.TRANSACTION_ID_IN_USE)) {
                    yield Optional.of(CmpQuestions.REQUEST_ID);
                }
                yield Optional.of(ANY_ANSWER).filter(_ -> status.status() == CmpStatus.WAITING);
            }
            default -> Optional.empty();
        };
    }

    private static boolean isReadyBefore(long end, PKIBody body) {
        return body.getType() == PKIBody.TYPE_POLL_REP
                && checkAfter(body)
                        .filter(time -> System.nanoTime() + time.toNanos() < end)
                        .isPresent();
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Answer response(ProtectedPKIMessage answer) throws IOException, UnusableException {
        CertRepMessage replies = CertRepMessage.getInstance(answer.getBody().getContent());
        CertResponse[] responses = replies.getResponse();
        if (responses.length != 1 || !responses[0].getCertReqId().equals(CmpQuestions.REQUEST_ID)) {
            throw new UnusableException("answers to another request than ours");
        }
        CmpStatus status = CmpStatus.of(responses[0].getStatus());
        return switch (status.status()) {
            case CmpStatus.ACCEPTED, CmpStatus.GRANTED_WITH_MODIFICATIONS -> {
                MailCertificate certificate = certificate(responses[0]);
                if (Stream.of(Optional.ofNullable(answer.getHeader().getGeneralInfo())
                                .orElse(NO_INFO))
                        .noneMatch(each -> each.getInfoType().equals(CMPObjectIdentifiers.it_implicitConfirm))) {
                    confirm(certificate);
                }
                yield issued(
                        certificate,
                        replies.getCaPubs(),
                        answer.toASN1Structure().getExtraCerts());
            }
            case CmpStatus.WAITING -> new Answer.Later(server.url() + " asks to come later", Optional.empty());
            case CmpStatus.REJECTION ->
                status.failures().isEmpty() || status.isAboutTheOrder()
                        ? new Answer.Refused(server.url() + " rejects the order: " + status.text())
                        : new Answer.Unavailable(server.url() + " rejects the order: " + status.text());
            default -> throw new UnusableException("answers with status " + status.status());
        };
    }

    private Answer issued(MailCertificate own, CMPCertificate[] anchors, CMPCertificate[] others)
            throws UnusableException {
        List<MailCertificate> all = new ArrayList<>(List.of(own));
        for (CMPCertificate[] each : Arrays.asList(others, anchors)) {
            for (CMPCertificate certificate : each == null ? new CMPCertificate[0] : each) {
                all.add(certificate(certificate));
            }
        }
        return new Answer.Issued(all.stream().distinct().toList());
    }

    /** RFC 9810 §5.3.18: without our confirmation, the authority would revoke the certificate. */
    private void confirm(MailCertificate certificate) throws IOException, UnusableException {
        ProtectedPKIMessage answer = answered(transaction.next(CmpQuestions.confirmation(request, certificate)));
        switch (answer.getBody().getType()) {
            case PKIBody.TYPE_CONFIRM -> {}
            case PKIBody.TYPE_ERROR ->
                throw new UnusableException("does not take our confirmation: "
                        + CmpStatus.ofError(answer.getBody()).text());
            case PKIBody.TYPE_POLL_REP -> throw new UnusableException("has no answer to our confirmation yet");
            default ->
                throw new UnusableException("answers to our confirmation with a message of type "
                        + answer.getBody().getType());
        }
    }

    private static Optional<Duration> checkAfter(PKIBody body) {
        return Optional.of(PollRepContent.getInstance(body.getContent()))
                .filter(each -> each.size() > 0)
                .map(each -> each.getCheckAfter(0).getValue())
                .filter(seconds -> seconds.signum() > 0 && seconds.bitLength() < Integer.SIZE)
                .map(seconds -> Duration.ofSeconds(seconds.intValueExact()));
    }

    private Answer error(CmpStatus status) {
        return status.isAboutTheOrder()
                ? new Answer.Refused(server.url() + " answers with an error: " + status.text())
                : new Answer.Unavailable(server.url() + " answers with an error: " + status.text());
    }

    private ProtectedPKIMessage send(byte[] message) throws IOException, UnusableException {
        HttpResponse<byte[]> answer = BoundedHttps.send(
                client,
                HttpRequest.newBuilder(server.url())
                        .header("Content-Type", MESSAGES)
                        .header("User-Agent", "postseal")
                        .POST(BodyPublishers.ofByteArray(message))
                        .build(),
                server.timeLimit());
        String type = answer.headers().firstValue("Content-Type").orElse("what has no type");
        boolean isMessage =
                type.toLowerCase(Locale.ROOT).replaceFirst("\\s*;.*", "").equals(MESSAGES);
        // RFC 9811 §3.3: an error of HTTP may come with a message, which says more.
        if (!isMessage && answer.statusCode() != 200) {
            throw new UnusableException("answers with " + BoundedHttps.words(answer));
        }
        if (!isMessage) {
            throw new UnusableException("answers with " + type + " instead of a message of CMP");
        }
        return transaction.open(answer.body());
    }

    private static MailCertificate certificate(CertResponse response) throws UnusableException {
        CertifiedKeyPair pair = response.getCertifiedKeyPair();
        if (pair == null || pair.getCertOrEncCert().hasEncryptedCertificate()) {
            throw new UnusableException("answers with no certificate");
        }
        return certificate(pair.getCertOrEncCert().getCertificate());
    }

    private static MailCertificate certificate(CMPCertificate certificate) throws UnusableException {
        try {
            return MailCertificate.of(certificate.getEncoded());
        } catch (IOException | CertificateException e) {
            throw new UnusableException("answers with a certificate that cannot be read: " + e.getMessage(), e);
        }
    }

    private static final String MESSAGES = "application/pkixcmp";
    /** RFC 9483 §4.4: what is polled for if the answer that waits is not one to a request. */
    private static final ASN1Integer ANY_ANSWER = new ASN1Integer(-1);

    private static final InfoTypeAndValue[] NO_INFO = {};
}
