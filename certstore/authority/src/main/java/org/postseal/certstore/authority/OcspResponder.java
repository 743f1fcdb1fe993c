package org.postseal.certstore.authority;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.Req;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.jspecify.annotations.Nullable;

/**
 * Finds the signed answer to an OCSP request in the file that an authority has published. It has no key and signs
 * nothing, so the answer about a certificate that it does not know is not signed either. Thread-safe.
 */
public final class OcspResponder {
    private final Path file;
    private @Nullable Book book;

    /** @param published the folder {@code public/} of the authority, or a copy of it */
    public OcspResponder(Path published) {
        this.file = published.resolve(CaSettings.OCSP_ANSWERS);
    }

    /**
     * An answer in DER.
     *
     * @param validity from when to when it counts; empty if nobody has signed it, so that nobody may keep it
     */
    public record Reply(byte[] octets, Optional<Validity> validity) {}

    /** The times thisUpdate and nextUpdate of an answer. */
    public record Validity(Instant thisUpdate, Instant nextUpdate) {}

    private record Signed(byte[] octets, Validity validity) {}

    private record Book(FileTime modified, long size, Map<CertID, Signed> answers) {}

    /** Answers a request, whatever its octets are. A nonce in it is not answered (RFC 9919 §3.2.1). */
    public Reply reply(byte[] request, Instant now) {
        Optional<CertID> asked;
        try {
            if (request.length > MAX_REQUEST) {
                return unsigned(OCSPRespBuilder.MALFORMED_REQUEST);
            }
            Req[] requests = new OCSPReq(request).getRequestList();
            // RFC 9919 §3.1.1: a request is about one certificate. No answer about several is ready.
            asked = requests.length == 1 ? Optional.of(plain(requests[0].getCertID())) : Optional.empty();
        } catch (IOException | RuntimeException malformed) {
            // Bouncy Castle reports malformed structures by many kinds of unchecked exceptions.
            return unsigned(OCSPRespBuilder.MALFORMED_REQUEST);
        }
        try {
            Signed found = asked.map(current().answers()::get).orElse(null);
            if (found == null) {
                return unsigned(OCSPRespBuilder.UNAUTHORIZED);
            }
            return found.validity().nextUpdate().isBefore(now)
                    ? unsigned(OCSPRespBuilder.TRY_LATER)
                    : new Reply(found.octets(), Optional.of(found.validity()));
        } catch (IOException e) {
            return unsigned(OCSPRespBuilder.TRY_LATER);
        }
    }

    /** Returns when the first answer of the file counts; empty if there is none. */
    public Optional<Validity> validity() throws CaException {
        try (ASN1InputStream in = new ASN1InputStream(Files.newInputStream(file))) {
            ASN1Primitive first = in.readObject();
            return first == null ? Optional.empty() : Optional.of(validity(responses(first)[0]));
        } catch (IOException | RuntimeException e) {
            throw new CaException(CaException.Kind.DAMAGED, file + " cannot be read: " + e, e);
        }
    }

    Optional<Duration> lifetime() throws CaException {
        return validity().map(each -> Duration.between(each.thisUpdate(), each.nextUpdate()));
    }

    // The file is replaced as a whole every few minutes.
    private synchronized Book current() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Book known = book;
        if (known == null
                || known.size() != attributes.size()
                || !known.modified().equals(attributes.lastModifiedTime())) {
            if (attributes.size() > MAX_OCTETS) {
                throw new IOException(file + " has more than " + MAX_OCTETS + " octets");
            }
            known = new Book(attributes.lastModifiedTime(), attributes.size(), read(Files.readAllBytes(file)));
            book = known;
        }
        return known;
    }

    private static Map<CertID, Signed> read(byte[] octets) throws IOException {
        Map<CertID, Signed> answers = new HashMap<>();
        try (ASN1InputStream in = new ASN1InputStream(new ByteArrayInputStream(octets))) {
            for (ASN1Primitive each = in.readObject(); each != null; each = in.readObject()) {
                byte[] encoded = each.getEncoded();
                for (SingleResp single : responses(each)) {
                    answers.put(plain(single.getCertID()), new Signed(encoded, validity(single)));
                }
            }
            return answers;
        } catch (RuntimeException e) {
            throw new IOException("not a file of OCSP answers", e);
        }
    }

    private static SingleResp[] responses(ASN1Primitive answer) throws IOException {
        try {
            return new OCSPResp(OCSPResponse.getInstance(answer)).getResponseObject() instanceof BasicOCSPResp basic
                    ? basic.getResponses()
                    : new SingleResp[0];
        } catch (OCSPException e) {
            throw new IOException("not a basic OCSP answer", e);
        }
    }

    private static Validity validity(SingleResp single) {
        return new Validity(
                single.getThisUpdate().toInstant(), single.getNextUpdate().toInstant());
    }

    // Parameters of the digest may be absent or NULL, which means the same.
    private static CertID plain(CertificateID id) {
        CertID asked = id.toASN1Primitive();
        return new CertID(
                new AlgorithmIdentifier(asked.getHashAlgorithm().getAlgorithm()),
                asked.getIssuerNameHash(),
                asked.getIssuerKeyHash(),
                asked.getSerialNumber());
    }

    private static Reply unsigned(int status) {
        try {
            return new Reply(new OCSPRespBuilder().build(status, null).getEncoded(), Optional.empty());
        } catch (OCSPException | IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }

    /** The most octets of a request. One about one certificate has some hundred. */
    public static final int MAX_REQUEST = 4096;

    private static final long MAX_OCTETS = 256 << 20;
}
