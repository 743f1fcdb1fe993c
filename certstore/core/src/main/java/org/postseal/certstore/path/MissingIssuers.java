package org.postseal.certstore.path;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.postseal.certstore.CertificateLimits;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.Deadline;
import org.postseal.certstore.fetch.FetchResult;

/**
 * Fetches missing issuers from the addresses that the certificates name (RFC 5280 §4.2.2.1). It fetches only one level,
 * from a few addresses, in the time of one fetch. What it fetches helps to build paths, like a certificate from a
 * message, and is not followed any further. Thread-safe.
 */
final class MissingIssuers {
    private static final int MAX_CERTIFICATES = 2;
    private static final int MAX_ADDRESSES = 2;
    private static final int MAX_FETCHED = 16;

    private final BoundedFetcher fetcher;

    MissingIssuers(BoundedFetcher fetcher) {
        this.fetcher = fetcher;
    }

    /** Returns the certificates at the addresses that {@code deadEnds} name. */
    List<MailCertificate> of(List<MailCertificate> deadEnds) {
        Deadline deadline = Deadline.in(fetcher.settings().totalTimeout());
        List<MailCertificate> found = new ArrayList<>();
        for (MailCertificate deadEnd : deadEnds.subList(0, Math.min(deadEnds.size(), MAX_CERTIFICATES))) {
            for (String address : addresses(deadEnd)) {
                if (deadline.isOver()) {
                    return found;
                }
                if (fetcher.get(address, CertificateLimits.MAX_CERTIFICATE_OCTETS, deadline.remaining())
                        instanceof FetchResult.Fetched fetched) {
                    found.addAll(parse(fetched.body()));
                }
            }
        }
        return found;
    }

    private static List<String> addresses(MailCertificate certificate) {
        Extension extension = certificate.holder().getExtension(Extension.authorityInfoAccess);
        if (extension == null || certificate.isSelfIssued()) {
            return List.of();
        }
        try {
            return Stream.of(AuthorityInformationAccess.getInstance(extension.getParsedValue())
                            .getAccessDescriptions())
                    .filter(access -> access.getAccessMethod().equals(AccessDescription.id_ad_caIssuers))
                    .map(AccessDescription::getAccessLocation)
                    .filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
                    .map(name -> ASN1IA5String.getInstance(name.getName()).getString())
                    .limit(MAX_ADDRESSES)
                    .toList();
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    /** Reads a certificate or a certs-only message (RFC 5280 §4.2.2.1). */
    private static List<MailCertificate> parse(byte[] body) {
        try {
            return List.of(MailCertificate.of(body));
        } catch (CertificateException notOne) {
            List<MailCertificate> found = new ArrayList<>();
            try {
                for (X509CertificateHolder each :
                        new CMSSignedData(body).getCertificates().getMatches(null)) {
                    if (found.size() == MAX_FETCHED) {
                        break;
                    }
                    found.add(MailCertificate.of(each.getEncoded()));
                }
            } catch (CMSException | CertificateException | IOException | RuntimeException e) {
                return found; // what was read before may still help
            }
            return found;
        }
    }
}
