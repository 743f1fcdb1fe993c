package org.postseal.certstore.revocation;

import java.security.cert.CRLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.revocation.DistributionPoints.Point;
import org.postseal.certstore.revocation.ListSupply.Delivery;
import org.postseal.certstore.revocation.ListSupply.Offer;

/**
 * Determines a certificate's status by lists (RFC 5280 §6.3.3). It tries every distribution point that the certificate
 * names, then the issuer's own list, until every possible reason for a revocation is covered. A list covers a reason if
 * its scope includes the certificate, it is current, and an authorised signer signed it. Of several lists with the same
 * scope the newest counts, so an old list that a message brings along hides nothing (RFC 8550 §6). Thread-safe.
 */
final class ListCheck {
    private final RevocationSettings settings;
    private final ListSupply supply;
    private final ListSigners signers;

    ListCheck(RevocationSettings settings, ListSupply supply, ListSigners signers) {
        this.settings = settings;
        this.supply = supply;
        this.signers = signers;
    }

    /**
     * The result of a check.
     *
     * @param restsOnBrought whether lists that came with the message contributed
     * @param counted the lists that the result is based on, if it is good or revoked
     */
    record Finding(RevocationAnswer answer, boolean restsOnBrought, List<Counted> counted) {
        static Finding unknown(String why) {
            return new Finding(new RevocationAnswer.Unknown(why), false, List.of());
        }

        static Finding offline(String why) {
            return new Finding(new RevocationAnswer.Offline(why), false, List.of());
        }
    }

    /** Determines the status of the certificate at {@code index} of {@code path}, leaf first and anchor last. */
    Finding check(List<MailCertificate> path, int index, Run run) {
        return search(path, index, run, false);
    }

    /** Determines the status only by the lists that came with the message, without asking a server. */
    Finding checkBrought(List<MailCertificate> path, int index, Run run) {
        return search(path, index, run, true);
    }

    private Finding search(List<MailCertificate> path, int index, Run run, boolean isBroughtOnly) {
        try {
            Search search = new Search(path, index, run, isBroughtOnly);
            RevocationAnswer answer = search.answer();
            return new Finding(answer, search.restsOnBrought, search.counted);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // This is how Bouncy Castle reports a malformed extension.
            return Finding.unknown("malformed extension of the certificate or of a list");
        }
    }

    /** Checks one certificate in one run. */
    private final class Search {
        private final List<MailCertificate> path;
        private final int index;
        private final Run run;
        private final MailCertificate certificate;
        private final boolean isAuthority;
        private final boolean isBroughtOnly;
        private final Set<String> offline = new LinkedHashSet<>();
        private final Set<String> unknown = new LinkedHashSet<>();
        private final List<Counted> counted = new ArrayList<>();
        private int covered;
        private boolean restsOnBrought;
        private int addressesLeft = settings.maxAddresses();
        private Instant until = Instant.MAX;

        Search(List<MailCertificate> path, int index, Run run, boolean isBroughtOnly) {
            this.isBroughtOnly = isBroughtOnly;
            this.path = path;
            this.index = index;
            this.run = run;
            this.certificate = path.get(index);
            Extensions extensions = certificate.holder().getExtensions();
            BasicConstraints basic = extensions == null ? null : BasicConstraints.fromExtensions(extensions);
            this.isAuthority = basic != null && basic.isCA();
        }

        RevocationAnswer answer() {
            X500Name issuer = certificate.issuer();
            Extension extension = certificate.holder().getExtension(Extension.cRLDistributionPoints);
            List<Point> points =
                    extension == null ? List.of() : DistributionPoints.read(extension.getParsedValue(), issuer);
            for (Point point : points) {
                if ((point.reasons() & ~covered) != 0) {
                    Optional<RevocationAnswer> revoked = tryPoint(point);
                    if (revoked.isPresent()) {
                        return revoked.get();
                    }
                }
            }
            if (covered != DistributionPoints.ALL_REASONS) {
                Optional<RevocationAnswer> revoked = tryPoint(DistributionPoints.ofIssuer(issuer));
                if (revoked.isPresent()) {
                    return revoked.get();
                }
            }
            if (covered == DistributionPoints.ALL_REASONS) {
                return new RevocationAnswer.Good(until);
            }
            if (!offline.isEmpty()) {
                return new RevocationAnswer.Offline(String.join("; ", offline));
            }
            return new RevocationAnswer.Unknown(unknown.isEmpty() ? "no list" : String.join("; ", unknown));
        }

        /** Returns empty unless the certificate is revoked. */
        private Optional<RevocationAnswer> tryPoint(Point point) {
            List<Offer> offers = new ArrayList<>();
            List<X500Name> issuers =
                    point.listIssuers().isEmpty() ? List.of(certificate.issuer()) : point.listIssuers();
            if (isBroughtOnly) {
                issuers.forEach(issuer -> offers.addAll(ListSupply.brought(issuer, run)));
            } else {
                offers.addAll(fetched(point));
                issuers.forEach(issuer -> offers.addAll(supply.atHand(issuer, run)));
            }
            offers.sort(Comparator.comparing((Offer offer) -> offer.list().thisUpdate())
                    .reversed());
            for (Offer offer : offers) {
                if (offer.list().baseNumber().isEmpty()) {
                    Optional<RevocationAnswer> revoked = tryList(offer, point, offers);
                    if (revoked.isPresent()) {
                        return revoked;
                    }
                }
            }
            return Optional.empty();
        }

        private List<Offer> fetched(Point point) {
            List<Offer> offers = new ArrayList<>();
            // Some authorities publish the same list at several addresses. The first current list suffices.
            for (String address : point.addresses()) {
                if (addressesLeft-- <= 0) {
                    break;
                }
                Delivery delivery = supply.at(address, run);
                offers.addAll(delivery.offers());
                delivery.offline().ifPresent(offline::add);
                delivery.unknown().ifPresent(unknown::add);
                if (delivery.offers().stream().anyMatch(offer -> supply.isCurrent(offer.list(), run.time))) {
                    break;
                }
            }
            return offers;
        }

        private Optional<RevocationAnswer> tryList(Offer offer, Point point, List<Offer> offers) {
            RevocationList list = offer.list();
            int reasons = point.reasons() & DistributionPoints.reasonsOf(list);
            Optional<String> outOfScope = DistributionPoints.outOfScope(list, point, certificate.issuer(), isAuthority);
            if (outOfScope.isPresent()) {
                unknown.add(outOfScope.get());
                return Optional.empty();
            }
            if ((reasons & ~covered) == 0) {
                return Optional.empty();
            }
            if (list.hasUnknownCritical()) {
                unknown.add("list with an unknown critical extension");
                return Optional.empty();
            }
            Optional<MailCertificate> signer = signers.of(list, path, index, run);
            if (signer.isEmpty()) {
                unknown.add("list not signed by the issuer");
                return Optional.empty();
            }
            try {
                Optional<Offer> newer = delta(list, signer.get(), offers);
                Optional<RevocationList> delta = newer.map(Offer::list);
                if (!supply.isCurrent(list, run.time) && delta.isEmpty()) {
                    unknown.add(whyNotCurrent(list));
                    return Optional.empty();
                }
                supply.keep(offer, signer.get(), run.time, !run.isQuiet());
                Instant end = endOf(list, delta);
                Optional<RevocationList.Entry> entry = entry(list, delta);
                covered |= reasons;
                counted.add(Counted.of(list));
                delta.map(Counted::of).ifPresent(counted::add);
                restsOnBrought |=
                        offer.isBrought() || newer.filter(Offer::isBrought).isPresent();
                until = end.isBefore(until) ? end : until;
                return entry.map(found -> new RevocationAnswer.Revoked(index, found.at(), found.reason(), end));
            } catch (CRLException e) {
                unknown.add(String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        }

        private Instant endOf(RevocationList list, Optional<RevocationList> delta) {
            Instant ofList =
                    list.nextUpdate().filter(end -> !end.isBefore(run.time)).orElse(Instant.MAX);
            Instant ofDelta = delta.flatMap(RevocationList::nextUpdate).orElse(Instant.MAX);
            return ofList.isBefore(ofDelta) ? ofList : ofDelta;
        }

        private Optional<RevocationList.Entry> entry(RevocationList list, Optional<RevocationList> delta)
                throws CRLException {
            X500Name issuer = certificate.issuer();
            if (delta.isPresent()) {
                Optional<RevocationList.Entry> newer = delta.get().entry(issuer, certificate.serialNumber());
                if (newer.isPresent()) {
                    // RFC 5280 §5.2.4: the certificate is no longer on hold, or has expired since.
                    return newer.filter(found -> found.reason() != RevocationReason.REMOVED_FROM_LIST);
                }
            }
            return list.entry(issuer, certificate.serialNumber())
                    .filter(found -> found.reason() != RevocationReason.REMOVED_FROM_LIST);
        }

        /** Returns the newest delta that brings {@code list} up to date (RFC 5280 §5.2.4, §6.3.3 c). */
        private Optional<Offer> delta(RevocationList list, MailCertificate signer, List<Offer> offers) {
            List<Offer> candidates = new ArrayList<>(offers);
            for (String address : isBroughtOnly ? List.<String>of() : freshest(list)) {
                if (addressesLeft-- <= 0) {
                    break;
                }
                candidates.addAll(supply.at(address, run).offers());
            }
            return candidates.stream()
                    .filter(offer -> offer.list().baseNumber().isPresent())
                    .filter(offer -> isDifferenceTo(list, offer.list()))
                    .filter(offer -> supply.isCurrent(offer.list(), run.time)
                            && !offer.list().hasUnknownCritical())
                    .sorted(Comparator.comparing((Offer offer) -> offer.list().thisUpdate())
                            .reversed())
                    .limit(3)
                    .filter(offer -> offer.list().isSignedBy(signer))
                    .findFirst();
        }

        private List<String> freshest(RevocationList list) {
            List<ASN1Encodable> extensions = new ArrayList<>();
            Extension ofCertificate = certificate.holder().getExtension(Extension.freshestCRL);
            if (ofCertificate != null) {
                extensions.add(ofCertificate.getParsedValue());
            }
            list.freshest().ifPresent(extensions::add);
            return extensions.stream()
                    .flatMap(each -> DistributionPoints.read(each, certificate.issuer()).stream())
                    .flatMap(point -> point.addresses().stream())
                    .distinct()
                    .toList();
        }

        private String whyNotCurrent(RevocationList list) {
            return list.thisUpdate().isAfter(run.time)
                    ? "list of the future, " + list.thisUpdate()
                    : list.nextUpdate().map(end -> "list expired on " + end).orElse("list without an end");
        }
    }

    private static boolean isDifferenceTo(RevocationList list, RevocationList delta) {
        return list.number().isPresent()
                && delta.number().isPresent()
                && list.issuer().equals(delta.issuer())
                && list.scope().equals(delta.scope())
                && list.authorityKeyIdentifier().equals(delta.authorityKeyIdentifier())
                && list.number().get().compareTo(delta.baseNumber().orElseThrow()) >= 0
                && list.number().get().compareTo(delta.number().get()) < 0;
    }
}
