package org.postseal.gateway.admin.cli.cert;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Listing;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "List certificates of the database, soonest expiry first.",
        footer = {"", "  postseal cert list --expires-before 30d", "  postseal cert list --source own --json"})
final class CertListCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            description = "only those of this source: own, imported, harvested, ldap:NAME, trust:NAME")
    private @Nullable String source;

    @Option(names = "--address", paramLabel = "ADDRESS", description = "only those that carry this address")
    private @Nullable MailAddress address;

    @Option(
            names = "--expires-before",
            paramLabel = "TIME",
            description = "only those that expire before 2027-01-31, or within 30d, 4w, 12h")
    private Options.@Nullable Until expiresBefore;

    @Option(names = "--limit", paramLabel = "N", description = "list at most this many; default: all")
    private @Nullable Integer limit;

    @Option(
            names = "--after",
            paramLabel = "SHA256",
            description = "go on after this certificate, with which the last list ended")
    private @Nullable String after;

    @Mixin
    private Options.Json json = new Options.Json();

    CertListCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        if (limit != null && limit < 1) {
            throw new WrongUse("--limit must be 1 or more");
        }
        return store.read(database -> {
            Listing<ListedCertificate> listing = ListedCertificate.listing(store, json.isWanted());
            long count = 0;
            int left = limit == null ? Integer.MAX_VALUE : limit;
            Optional<CertificateFilter> next = Optional.of(first(database, left));
            while (next.isPresent()) {
                CertificateFilter filter = next.get();
                List<ListedCertificate> page = database.read(contents -> {
                    List<ListedCertificate> rows = new ArrayList<>();
                    for (StoredCertificate each : contents.certificates().list(filter)) {
                        rows.add(ListedCertificate.of(contents, each));
                    }
                    return rows;
                });
                listing.page(page);
                count += page.size();
                left -= page.size();
                next = page.size() < filter.limit() || left == 0
                        ? Optional.empty()
                        : Optional.of(following(filter, page.getLast().certificate(), left));
            }
            listing.end(Options.count(count, "certificate"));
            return ExitCode.OK;
        });
    }

    private CertificateFilter first(CertificateDatabase database, int left) {
        Optional<CertificateFilter.Position> position = Optional.ofNullable(after)
                .map(name -> CertificateName.find(database, name))
                .map(last -> new CertificateFilter.Position(last.notAfter(), last.id()));
        return new CertificateFilter(
                Optional.ofNullable(source),
                Optional.ofNullable(address),
                Optional.ofNullable(expiresBefore).map(until -> until.from(store.now())),
                position,
                Math.min(left, CertificateFilter.MAX_LIMIT));
    }

    private static CertificateFilter following(CertificateFilter filter, MailCertificate last, int left) {
        CertificateFilter next = filter.following(last);
        return new CertificateFilter(
                next.source(),
                next.address(),
                next.expiresBefore(),
                next.after(),
                Math.min(left, CertificateFilter.MAX_LIMIT));
    }
}
