package org.postseal.certstore.path;

import java.math.BigInteger;
import java.security.cert.CRLException;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.revocation.RevocationList;

/** Makes revocation lists, good and bad, and the extensions that lead to them. */
public final class ListMaker {
    private final TestAuthority authority;
    private final X509v2CRLBuilder builder;

    private ListMaker(TestAuthority authority, Instant thisUpdate) {
        this.authority = authority;
        this.builder = new X509v2CRLBuilder(authority.name, Date.from(thisUpdate));
    }

    /** Returns a list that was made an hour ago and is current for one more day. */
    public static ListMaker current(TestAuthority authority) {
        return dated(authority, TestAuthority.NOW.minusSeconds(3_600), TestAuthority.NOW.plusSeconds(86_400));
    }

    public static ListMaker dated(TestAuthority authority, Instant thisUpdate, Instant nextUpdate) {
        ListMaker maker = new ListMaker(authority, thisUpdate);
        maker.builder.setNextUpdate(Date.from(nextUpdate));
        return maker;
    }

    public static ListMaker endless(TestAuthority authority) {
        return new ListMaker(authority, TestAuthority.NOW.minusSeconds(3_600));
    }

    public ListMaker revoke(MailCertificate certificate, Instant at, int reason) {
        return revoke(certificate.serialNumber(), at, reason);
    }

    public ListMaker revoke(BigInteger serial, Instant at, int reason) {
        builder.addCRLEntry(serial, Date.from(at), reason);
        return this;
    }

    public ListMaker extension(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {
        try {
            builder.addExtension(id, critical, value);
            return this;
        } catch (CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    public byte[] der() {
        try {
            return builder.build(authority.key.certificateSigner()).getEncoded();
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public RevocationList list() {
        try {
            return RevocationList.of(der());
        } catch (CRLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns an extension with one distribution point for each address. */
    public static TestAuthority.Extra listsAt(String... addresses) {
        DistributionPoint[] points = java.util.stream.Stream.of(addresses)
                .map(address -> new DistributionPoint(
                        new DistributionPointName(
                                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, address))),
                        null,
                        null))
                .toArray(DistributionPoint[]::new);
        return TestAuthority.extension(Extension.cRLDistributionPoints, false, new CRLDistPoint(points));
    }

    /** Returns the extension for authority information access, with responders or issuers. */
    public static TestAuthority.Extra access(ASN1ObjectIdentifier method, String... addresses) {
        AccessDescription[] all = java.util.stream.Stream.of(addresses)
                .map(address ->
                        new AccessDescription(method, new GeneralName(GeneralName.uniformResourceIdentifier, address)))
                .toArray(AccessDescription[]::new);
        return TestAuthority.extension(Extension.authorityInfoAccess, false, new AuthorityInformationAccess(all));
    }
}
