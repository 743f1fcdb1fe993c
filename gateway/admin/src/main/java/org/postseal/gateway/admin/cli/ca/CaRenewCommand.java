package org.postseal.gateway.admin.cli.ca;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.certstore.authority.IssuingAuthority.Issued;
import org.postseal.certstore.authority.IssuingAuthority.Order;
import org.postseal.certstore.authority.IssuingAuthority.Subject;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.policy.deciding.RuleSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "renew",
        description = "Renew the certificates that end soon, each with a new key; made to be run by a timer.",
        footer = {
            "",
            "The old key stays in the store and opens what was encrypted to it."
                    + " Users who keep their keys themselves must send a new request.",
            "",
            "  postseal ca renew --before 30d --passphrase-file /run/credentials/issuing"
        })
final class CaRenewCommand implements Callable<Integer> {
    private final CaAccess access;

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Option(
            names = "--before",
            paramLabel = "TIME",
            defaultValue = "30d",
            description = "renew what ends within this time or before this day: 30d, 4w, 2027-01-31;"
                    + " default: ${DEFAULT-VALUE}")
    private Options.Until before = new Options.UntilConverter().convert("30d");

    @Mixin
    private CaAccess.Days days = new CaAccess.Days();

    @Mixin
    private Options.DryRun dryRun = new Options.DryRun();

    @Mixin
    private CaAccess.Passphrase passphrase = new CaAccess.Passphrase();

    @Mixin
    private Options.Note note = new Options.Note();

    CaRenewCommand(CaAccess access) {
        this.access = access;
    }

    @Override
    public Integer call() {
        int validity = days.count();
        StoreAccess store = access.store();
        RuleSet rules = access.policy();
        try (CaFolder opened = access.open(folder)) {
            Instant now = store.now();
            List<Order> orders = new ArrayList<>();
            Set<Object> ordered = new HashSet<>();
            for (IssuedEntry each : Expiring.before(opened.index(), before.from(now), now)) {
                if (!each.addresses().stream().allMatch(rules::isInternal)) {
                    store.warn(Issuing.line(each) + ": no longer of the organization, not renewed");
                } else if (!each.ownKey()) {
                    store.warn(Issuing.line(each) + ": its owner keeps the key, and has to send a new request");
                } else if (ordered.add(List.of(each.addresses(), each.profile()))) {
                    orders.add(new Order(
                            each.addresses(),
                            each.profile(),
                            new Subject.Fresh(KeyWord.parse(each.key()).orElse(KeyAlgorithm.RSA3072))));
                    if (dryRun.isWanted()) {
                        store.out().println("would renew " + Issuing.line(each));
                    }
                }
            }
            if (dryRun.isWanted()) {
                store.out().println(Options.count(orders, "certificate") + " to renew" + dryRun.remark());
                return ExitCode.OK;
            }
            List<Issued> issued = orders.isEmpty()
                    ? List.of()
                    : new Issuing(store, opened, access.unlock(opened, passphrase))
                            .issue(orders, validity, note.text(), "ca-renew");
            Issuing.tell(store, "renewed", issued);
            return ExitCode.OK;
        }
    }
}
