package org.postseal.certstore.revocation;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.postseal.certstore.CacheCount;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.fetch.FetchResult;

/**
 * Determines a certificate's status by OCSP (RFC 6960, RFC 5019). It asks the responders that the certificate names,
 * one after the other. Thread-safe.
 */
final class OcspCheck {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final CacheCount COUNT = CacheCount.of("ocsp");

    private final RevocationSettings settings;
    private final Downloads downloads;
    private final RevocationStore store;
    private final RevocationChecker checker;

    OcspCheck(RevocationSettings settings, Downloads downloads, RevocationStore store, RevocationChecker checker) {
        this.settings = settings;
        this.downloads = downloads;
        this.store = store;
        this.checker = checker;
    }

    ListCheck.Finding check(List<MailCertificate> path, int index, Run run) {
        List<String> addresses;
        try {
            addresses = addresses(path.get(index));
        } catch (IllegalArgumentException e) {
            return ListCheck.Finding.unknown("malformed authority information access");
        }
        if (addresses.isEmpty()) {
            return ListCheck.Finding.unknown("no OCSP responder");
        }
        OcspQuestion question = OcspQuestion.about(path.get(index), path.get(index + 1));
        StoredAnswer kept = store.get(question.key()).orElse(null);
        if (kept != null && kept.octets().length <= settings.maxOcspOctets()) {
            OcspVerdict verdict = judge(kept.octets(), question, Optional.empty(), path, index, run);
            if (verdict.isDefinite()) {
                COUNT.hit();
                refreshAhead(kept, addresses.getFirst(), question, path, index, run);
                return verdict.finding(kept.octets());
            }
        }
        if (kept == null) {
            COUNT.miss();
        } else {
            COUNT.expire();
        }
        return ask(addresses, question, path, index, run);
    }

    private ListCheck.Finding ask(
            List<String> addresses, OcspQuestion question, List<MailCertificate> path, int index, Run run) {
        Set<String> offline = new LinkedHashSet<>();
        Set<String> unknown = new LinkedHashSet<>();
        for (String address : addresses) {
            Optional<byte[]> nonce = settings.ocspNonce() ? Optional.of(nonce()) : Optional.empty();
            if (!run.mayFetch()) {
                offline.add("limit of fetches reached");
                break;
            }
            switch (downloads.get(request(address, question, nonce), run.deadline)) {
                case FetchResult.Fetched fetched -> {
                    OcspVerdict verdict = judge(fetched.body(), question, nonce, path, index, run);
                    if (verdict.isDefinite()) {
                        store.put(
                                question.key(),
                                new StoredAnswer(fetched.body(), verdict.thisUpdate(), verdict.nextUpdate()));
                        return verdict.finding(fetched.body());
                    }
                    switch (verdict.answer()) {
                        case RevocationAnswer.Offline(String why) -> offline.add(address + ": " + why);
                        case RevocationAnswer.Unknown(String why) -> unknown.add(address + ": " + why);
                        case RevocationAnswer.Good _, RevocationAnswer.Revoked _ ->
                            throw new IllegalStateException("these are definite");
                    }
                }
                case FetchResult.Failed(String why) -> offline.add(address + ": " + why);
                case FetchResult.Refused(String why) -> unknown.add(address + ": " + why);
            }
        }
        return offline.isEmpty()
                ? ListCheck.Finding.unknown(String.join("; ", unknown))
                : ListCheck.Finding.offline(String.join("; ", offline));
    }

    private OcspVerdict judge(
            byte[] octets,
            OcspQuestion question,
            Optional<byte[]> nonce,
            List<MailCertificate> path,
            int index,
            Run run) {
        return new OcspJudge(settings, checker).judge(octets, question, nonce, path, index, run);
    }

    private void refreshAhead(
            StoredAnswer kept, String address, OcspQuestion question, List<MailCertificate> path, int index, Run run) {
        Instant time = run.time;
        if (run.isQuiet()
                || settings.ocspNonce()
                || !ListSupply.isNearItsEnd(kept.thisUpdate(), kept.nextUpdate(), time, settings)) {
            return;
        }
        downloads.ahead(request(address, question, Optional.empty()), result -> {
            if (result instanceof FetchResult.Fetched fetched) {
                // This separate run may use what is kept, but asks no server.
                Run quiet = new Run(time, run.finder, run.deadline, List.of(), 0);
                OcspVerdict verdict = judge(fetched.body(), question, Optional.empty(), path, index, quiet);
                if (verdict.isDefinite() && verdict.thisUpdate().isAfter(kept.thisUpdate())) {
                    store.put(
                            question.key(),
                            new StoredAnswer(fetched.body(), verdict.thisUpdate(), verdict.nextUpdate()));
                }
            }
        });
    }

    private Downloads.Request request(String address, OcspQuestion question, Optional<byte[]> nonce) {
        return Downloads.Request.post(
                address, "application/ocsp-request", question.encoded(nonce), settings.maxOcspOctets());
    }

    private static byte[] nonce() {
        byte[] nonce = new byte[32];
        RANDOM.nextBytes(nonce);
        return nonce;
    }

    private List<String> addresses(MailCertificate certificate) {
        Extension extension = certificate.holder().getExtension(Extension.authorityInfoAccess);
        if (extension == null) {
            return List.of();
        }
        return Stream.of(AuthorityInformationAccess.getInstance(extension.getParsedValue())
                        .getAccessDescriptions())
                .filter(access -> access.getAccessMethod().equals(AccessDescription.id_ad_ocsp))
                .map(AccessDescription::getAccessLocation)
                .filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
                .map(name -> ASN1IA5String.getInstance(name.getName()).getString())
                .distinct()
                .limit(settings.maxAddresses())
                .toList();
    }
}
