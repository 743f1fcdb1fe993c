package org.postseal.certstore.revocation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.fetch.Deadline;

/** The state of one validation: its input, its remaining budget and its findings. Confined to one thread. */
final class Run {
    /**
     * The most lists of one issuer from a message that are used, newest first. They never keep one of our own lists
     * from being used.
     */
    private static final int MAX_BROUGHT = 8;

    final Instant time;
    final IssuerFinder finder;
    final Deadline deadline;
    /** The certificates under check. A list proves nothing if its signer's own status depends on that list. */
    final Set<MailCertificate> inProgress = new HashSet<>();

    private final Map<X500Name, List<RevocationList>> brought = new HashMap<>();
    private final Map<Object, Optional<MailCertificate>> signers = new HashMap<>();
    private final Map<MailCertificate, List<PathEvidence.Revocation>> evidence = new HashMap<>();
    private final boolean isQuiet;
    private int fetchesLeft;

    /**
     * Starts a run.
     *
     * @param fetches the number of fetches that it may make; with 0 no server is asked at all
     */
    Run(Instant time, IssuerFinder finder, Deadline deadline, List<RevocationList> brought, int fetches) {
        this.time = time;
        this.finder = finder;
        this.deadline = deadline;
        this.fetchesLeft = fetches;
        this.isQuiet = fetches == 0;
        brought.forEach(list -> this.brought
                .computeIfAbsent(list.issuer(), _ -> new ArrayList<>())
                .add(list));
        this.brought.values().forEach(lists -> {
            lists.sort(Comparator.comparing(RevocationList::thisUpdate).reversed());
            lists.subList(Math.min(MAX_BROUGHT, lists.size()), lists.size()).clear();
        });
    }

    /** Returns the lists of this issuer that came with the message, newest first. */
    List<RevocationList> brought(X500Name issuer) {
        return brought.getOrDefault(issuer, List.of());
    }

    boolean hasBrought() {
        return !brought.isEmpty();
    }

    /** Takes one fetch from the budget. Returns false if none is left or the time is over. */
    boolean mayFetch() {
        return fetchesLeft-- > 0 && !deadline.isOver();
    }

    /** Returns true if no server may be asked, not even in the background. */
    boolean isQuiet() {
        return isQuiet;
    }

    /** Records what is known about the revocation of one certificate. */
    void restsOn(MailCertificate certificate, List<? extends PathEvidence.Revocation> revocation) {
        evidence.put(certificate, List.copyOf(revocation));
    }

    /** Returns what was recorded for each certificate of a path, leaf first and anchor last. */
    PathEvidence evidence(List<MailCertificate> path) {
        List<PathEvidence.Part> parts = new ArrayList<>();
        for (MailCertificate certificate : path) {
            String without = parts.size() == path.size() - 1 ? "trust anchor" : "not asked";
            parts.add(new PathEvidence.Part(
                    certificate,
                    evidence.getOrDefault(certificate, List.of(new PathEvidence.Revocation.Unanswered(without)))));
        }
        return new PathEvidence(parts);
    }

    /** Returns the signers found in this run, by list, issuer and anchor. */
    Map<Object, Optional<MailCertificate>> signers() {
        return signers;
    }
}
