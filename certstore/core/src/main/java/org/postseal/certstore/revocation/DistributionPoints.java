package org.postseal.certstore.revocation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.jspecify.annotations.Nullable;

/** Reads where lists are and what they cover (RFC 5280 §4.2.1.13, §5.2.5, §6.3.3). */
final class DistributionPoints {
    /** All reasons, keyCompromise to aACompromise, as bits 1 to 8. */
    static final int ALL_REASONS = 0x1FE;

    private static final int MAX_POINTS = 16;

    private DistributionPoints() {}

    /**
     * A distribution point.
     *
     * @param names the names of the distribution point; may be empty
     * @param listIssuers the issuers of its lists, if they are not the certificate's issuer
     * @param reasons the reasons it covers, as bits
     */
    record Point(List<GeneralName> names, List<X500Name> listIssuers, int reasons) {
        List<String> addresses() {
            return names.stream()
                    .filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
                    .map(name -> ASN1IA5String.getInstance(name.getName()).getString())
                    .toList();
        }
    }

    /** Reads the distribution points that a certificate names. */
    static List<Point> read(ASN1Encodable extension, X500Name issuer) {
        List<Point> points = new ArrayList<>();
        for (DistributionPoint point : CRLDistPoint.getInstance(extension).getDistributionPoints()) {
            if (points.size() == MAX_POINTS) {
                break;
            }
            List<X500Name> issuers = directoryNames(point.getCRLIssuer());
            X500Name base = issuers.isEmpty() ? issuer : issuers.getFirst();
            points.add(new Point(names(point.getDistributionPoint(), base), issuers, reasons(point.getReasons())));
        }
        return points;
    }

    /**
     * Returns the distribution point that need not be named: the issuer's own complete list (RFC 5280 §6.3.3, last
     * paragraph).
     */
    static Point ofIssuer(X500Name issuer) {
        return new Point(List.of(new GeneralName(issuer)), List.of(), ALL_REASONS);
    }

    /**
     * Returns why {@code list} does not cover a certificate that names {@code point}, or empty if it does (RFC 5280
     * §6.3.3 b).
     */
    static Optional<String> outOfScope(
            RevocationList list, Point point, X500Name certificateIssuer, boolean isAuthority) {
        IssuingDistributionPoint scope = list.scope().orElse(null);
        boolean isIndirect = scope != null && scope.isIndirectCRL();
        if (point.listIssuers().isEmpty() ? !list.issuer().equals(certificateIssuer) : !isIndirect) {
            return Optional.of("list of another issuer");
        }
        if (!point.listIssuers().isEmpty() && !point.listIssuers().contains(list.issuer())) {
            return Optional.of("list of another issuer");
        }
        if (scope == null) {
            return Optional.empty();
        }
        if (scope.getDistributionPoint() != null) {
            List<GeneralName> has = names(scope.getDistributionPoint(), list.issuer());
            List<GeneralName> wanted = point.names().isEmpty()
                    ? point.listIssuers().stream().map(GeneralName::new).toList()
                    : point.names();
            if (has.stream().noneMatch(name -> wanted.stream().anyMatch(other -> isSame(name, other)))) {
                return Optional.of("list of another distribution point");
            }
        }
        if (scope.onlyContainsAttributeCerts()
                || (scope.onlyContainsUserCerts() && isAuthority)
                || (scope.onlyContainsCACerts() && !isAuthority)) {
            return Optional.of("list about another kind of certificates");
        }
        return Optional.empty();
    }

    /** Returns the reasons that a list covers, as bits. */
    static int reasonsOf(RevocationList list) {
        return list.scope().map(scope -> reasons(scope.getOnlySomeReasons())).orElse(ALL_REASONS);
    }

    private static int reasons(@Nullable ReasonFlags flags) {
        if (flags == null) {
            return ALL_REASONS;
        }
        byte[] octets = flags.getBytes();
        int bits = 0;
        for (int bit = 1; bit <= 8; bit++) {
            if (bit / 8 < octets.length && (octets[bit / 8] & (0x80 >> (bit % 8))) != 0) {
                bits |= 1 << bit;
            }
        }
        return bits;
    }

    private static List<GeneralName> names(@Nullable DistributionPointName name, X500Name base) {
        if (name == null) {
            return List.of();
        }
        if (name.getType() == DistributionPointName.FULL_NAME) {
            return List.of(GeneralNames.getInstance(name.getName()).getNames());
        }
        RDN[] above = base.getRDNs();
        RDN[] all = Arrays.copyOf(above, above.length + 1);
        all[above.length] = RDN.getInstance(ASN1Set.getInstance(name.getName()));
        return List.of(new GeneralName(new X500Name(all)));
    }

    private static List<X500Name> directoryNames(@Nullable GeneralNames names) {
        return names == null
                ? List.of()
                : Stream.of(names.getNames())
                        .filter(name -> name.getTagNo() == GeneralName.directoryName)
                        .map(name -> X500Name.getInstance(name.getName()))
                        .toList();
    }

    private static boolean isSame(GeneralName one, GeneralName other) {
        if (one.getTagNo() != other.getTagNo()) {
            return false;
        }
        return one.getTagNo() == GeneralName.directoryName
                ? X500Name.getInstance(one.getName()).equals(X500Name.getInstance(other.getName()))
                : one.equals(other);
    }
}
