package org.postseal.certstore.remote.smimea;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import org.postseal.certstore.MailCertificate;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.SMIMEARecord;
import org.xbill.DNS.TextParseException;

/**
 * One SMIMEA record that we understand. Its fields are those of TLSA (RFC 8162 §2, RFC 6698 §2.1).
 *
 * @param data a certificate, a public key, or the digest of one of them
 */
public record SmimeaRecord(Usage usage, Selector selector, Matching matching, byte[] data) {
    /** Says what the record states about the certificate (RFC 6698 §2.1.1, with the names of RFC 7218). */
    public enum Usage {
        /** The record holds an issuer on a path to one of our anchors. */
        PKIX_TA(0),
        /** The record holds the user's certificate, which also needs a path to one of our anchors. */
        PKIX_EE(1),
        /** The record holds an issuer, which it makes an anchor. */
        DANE_TA(2),
        /** The record holds the user's certificate, with or without a path. */
        DANE_EE(3);

        private final int number;

        Usage(int number) {
            this.number = number;
        }
    }

    /** Says which part of a certificate the record is about. */
    public enum Selector {
        CERTIFICATE(0),
        PUBLIC_KEY(1);

        private final int number;

        Selector(int number) {
            this.number = number;
        }
    }

    /** Says in which form the record holds that part. */
    public enum Matching {
        FULL(0),
        SHA256(1),
        SHA512(2);

        private final int number;

        Matching(int number) {
            this.number = number;
        }
    }

    /**
     * Returns the record with these fields; empty for undefined numbers, which are to be ignored (RFC 6698 §4).
     *
     * @throws IOException when the data does not fit the numbers
     */
    static Optional<SmimeaRecord> of(int usage, int selector, int matching, byte[] data) throws IOException {
        Optional<Usage> what = of(Usage.values(), each -> each.number == usage);
        Optional<Selector> part = of(Selector.values(), each -> each.number == selector);
        Optional<Matching> how = of(Matching.values(), each -> each.number == matching);
        if (what.isEmpty() || part.isEmpty() || how.isEmpty()) {
            return Optional.empty();
        }
        boolean possible = switch (how.get()) {
            case FULL -> data.length > 0;
            case SHA256 -> data.length == 32;
            case SHA512 -> data.length == 64;
        };
        if (!possible) {
            throw new IOException(data.length + " octets of data in a record of matching type " + matching);
        }
        return Optional.of(new SmimeaRecord(what.get(), part.get(), how.get(), data));
    }

    /** Returns the record that publishes a certificate as it is, which counts with or without a path. */
    public static SmimeaRecord of(MailCertificate certificate) {
        return new SmimeaRecord(Usage.DANE_EE, Selector.CERTIFICATE, Matching.FULL, certificate.encoded());
    }

    /** Returns the record as a line of a zone file (RFC 1035 §5). */
    public String zoneLine(SmimeaName name, Duration lifetime) {
        try {
            return new SMIMEARecord(
                            Name.fromString(name.text()),
                            DClass.IN,
                            lifetime.toSeconds(),
                            usage.number,
                            selector.number,
                            matching.number,
                            data)
                    .toString();
        } catch (TextParseException e) {
            throw new IllegalStateException("made of hex and A-labels", e);
        }
    }

    /** Returns true if the other record says the same about the same data. */
    public boolean isSame(SmimeaRecord other) {
        return usage == other.usage
                && selector == other.selector
                && matching == other.matching
                && Arrays.equals(data, other.data);
    }

    /**
     * Returns the certificate itself; empty if the record only names one by its digest or its key.
     *
     * @throws CertificateException when the data is no certificate, or a certificate that exceeds our limits
     */
    Optional<MailCertificate> certificate() throws CertificateException {
        return selector == Selector.CERTIFICATE && matching == Matching.FULL
                ? Optional.of(MailCertificate.of(data))
                : Optional.empty();
    }

    /** Returns text such as {@code SMIMEA 3 0 0}. */
    public String origin() {
        return "SMIMEA " + usage.number + " " + selector.number + " " + matching.number;
    }

    private static <T> Optional<T> of(T[] values, Predicate<T> wanted) {
        return Arrays.stream(values).filter(wanted).findFirst();
    }

    @Override
    public String toString() {
        return origin();
    }
}
