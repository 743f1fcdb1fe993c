package org.postseal.certstore.revocation;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.Deadline;

/**
 * Says whether a certificate of a path is revoked, by OCSP and by lists, within the time and the number of fetches that
 * the settings allow. Thread-safe. It keeps what it fetched in its store, so it should outlive changes of trust.
 */
public final class RevocationChecker {
    private final RevocationSettings settings;
    private final AnswerKeeper keeper;
    private final ListCheck lists;
    private final OcspCheck ocsp;
    private final Downloads downloads;

    /**
     * Creates a checker.
     *
     * @param known the administrator's lists, for issuers whose certificates name no address
     */
    public RevocationChecker(
            RevocationSettings settings,
            BoundedFetcher fetcher,
            RevocationStore store,
            Collection<RevocationList> known) {
        this(settings, fetcher, store, known, AnswerKeeper.NONE);
    }

    /**
     * Creates a checker.
     *
     * @param keeper receives every answer that counts
     */
    public RevocationChecker(
            RevocationSettings settings,
            BoundedFetcher fetcher,
            RevocationStore store,
            Collection<RevocationList> known,
            AnswerKeeper keeper) {
        this(settings, fetcher, store, known, keeper, Ticker.systemTicker());
    }

    RevocationChecker(
            RevocationSettings settings,
            BoundedFetcher fetcher,
            RevocationStore store,
            Collection<RevocationList> known,
            AnswerKeeper keeper,
            Ticker ticker) {
        this.settings = settings;
        this.keeper = keeper;
        this.downloads = new Downloads(fetcher, settings.crlConnectionTimeout(), settings.fetchMemory(), ticker);
        this.lists = new ListCheck(settings, new ListSupply(settings, downloads, store, known), new ListSigners(this));
        this.ocsp = new OcspCheck(settings, downloads, store, this);
    }

    public RevocationStatistics statistics() {
        return downloads.statistics();
    }

    /** Returns how long a verdict holds that is based on missing information. */
    public Duration patience() {
        return settings.fetchMemory();
    }

    public record Checked(RevocationAnswer answer, PathEvidence evidence) {}

    /**
     * Checks every certificate of {@code path} (leaf first, anchor last) except the anchor. A revoked certificate takes
     * precedence over an unknown one.
     *
     * @param brought lists that came with the message
     * @param isQuiet whether no server is asked, neither now nor in the background
     */
    public Checked check(
            List<MailCertificate> path,
            List<RevocationList> brought,
            IssuerFinder finder,
            Instant time,
            boolean isQuiet) {
        Run run = new Run(
                time,
                finder,
                Deadline.in(settings.crlRetrievalTimeout()),
                brought,
                isQuiet ? 0 : settings.maxFetches());
        RevocationAnswer answer = checkAll(path, run);
        return new Checked(answer, run.evidence(path));
    }

    // The check goes from the anchor down, so that no address is asked that a revoked issuer named.
    RevocationAnswer checkAll(List<MailCertificate> path, Run run) {
        Instant until = Instant.MAX;
        RevocationAnswer worst = new RevocationAnswer.Good(until);
        for (int index = path.size() - 2; index >= 0; index--) {
            RevocationAnswer answer = checkOne(path, index, run);
            if (answer instanceof RevocationAnswer.Revoked) {
                return answer;
            }
            if (answer instanceof RevocationAnswer.Good(Instant end)) {
                until = end.isBefore(until) ? end : until;
            } else if (worst instanceof RevocationAnswer.Good) {
                worst = answer;
            }
        }
        return worst instanceof RevocationAnswer.Good ? new RevocationAnswer.Good(until) : worst;
    }

    private RevocationAnswer checkOne(List<MailCertificate> path, int index, Run run) {
        MailCertificate certificate = path.get(index);
        if (!run.inProgress.add(certificate)) {
            return new RevocationAnswer.Unknown("its status depends on itself");
        }
        try {
            RevocationAnswer worst = new RevocationAnswer.Unknown("nobody to ask");
            List<String> why = new ArrayList<>();
            Optional<ListCheck.Finding> claimed = Optional.empty();
            for (boolean isOcsp : settings.order().ways()) {
                ListCheck.Finding found = isOcsp ? byOcsp(path, index, run) : lists.check(path, index, run);
                RevocationAnswer answer = found.answer();
                switch (answer) {
                    case RevocationAnswer.Good _ -> {
                        if (!found.restsOnBrought()) {
                            return counted(certificate, found, run);
                        }
                        // The sender of the message chose the lists. They must not keep us from asking a server that
                        // may know more.
                        claimed = Optional.of(found);
                    }
                    case RevocationAnswer.Revoked _ -> {
                        return counted(certificate, found, run);
                    }
                    case RevocationAnswer.Offline(String text) -> {
                        why.add(text);
                        worst = answer;
                    }
                    case RevocationAnswer.Unknown(String text) -> why.add(text);
                }
            }
            if (claimed.isPresent()) {
                return counted(certificate, claimed.get(), run);
            }
            String text = String.join("; ", why);
            boolean isOffline = worst instanceof RevocationAnswer.Offline;
            run.restsOn(
                    certificate,
                    List.of(new PathEvidence.Revocation.Unanswered((isOffline ? "offline: " : "unknown: ") + text)));
            return isOffline ? new RevocationAnswer.Offline(text) : new RevocationAnswer.Unknown(text);
        } finally {
            run.inProgress.remove(certificate);
        }
    }

    private RevocationAnswer counted(MailCertificate certificate, ListCheck.Finding found, Run run) {
        run.restsOn(certificate, found.counted().stream().map(Counted::answer).toList());
        found.counted()
                .forEach(each -> keeper.keep(each.answer().kind(), each.answer().sha256(), each.octets()));
        return found.answer();
    }

    // A responder may not know yet what a list in the message says.
    private ListCheck.Finding byOcsp(List<MailCertificate> path, int index, Run run) {
        ListCheck.Finding found = ocsp.check(path, index, run);
        if (!(found.answer() instanceof RevocationAnswer.Revoked) && run.hasBrought()) {
            ListCheck.Finding brought = lists.checkBrought(path, index, run);
            if (brought.answer() instanceof RevocationAnswer.Revoked) {
                return brought;
            }
        }
        return found;
    }

    /**
     * Checks the certificate of an OCSP responder by lists only, since asking responders about responders might never
     * end.
     */
    RevocationAnswer checkByLists(List<MailCertificate> path, Run run) {
        MailCertificate certificate = path.getFirst();
        if (!run.inProgress.add(certificate)) {
            return new RevocationAnswer.Unknown("its status depends on itself");
        }
        try {
            return lists.check(path, 0, run).answer();
        } finally {
            run.inProgress.remove(certificate);
        }
    }
}
