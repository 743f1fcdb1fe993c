package org.postseal.gateway.admin.cli.ca;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.NoticeMail;
import org.postseal.gateway.admin.cli.support.NoticeWay;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "notices",
        description = "Tell users and the administrator 30, 14, 7 and 1 days before a certificate ends, once each;"
                + " made to be run by a timer.",
        footer = {
            "",
            "  postseal ca notices --from pki@example.com --admin pki@example.com --send",
            "  postseal ca notices --from pki@example.com --out /var/spool/notices"
        })
final class CaNoticesCommand implements Callable<Integer> {
    private final CaAccess access;

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Option(
            names = "--from",
            required = true,
            paramLabel = "ADDRESS",
            description = "the sender of the notices, whom users can answer")
    private @Nullable MailAddress from;

    @Option(
            names = "--admin",
            paramLabel = "ADDRESS",
            description = "the administrator, who gets one message about all certificates")
    private @Nullable MailAddress admin;

    @Option(names = "--out", paramLabel = "DIR", description = "write the messages into this folder, as .eml files")
    private @Nullable Path out;

    @Option(names = "--send", description = "send them to the next hop of internal mail")
    private boolean isSent;

    CaNoticesCommand(CaAccess access) {
        this.access = access;
    }

    /** A notice that is due: a certificate, and how many days before its end the notice is sent. */
    private record Due(IssuedEntry entry, int days) {
        MailAddress user() {
            return entry.addresses().getFirst();
        }

        String key(String to) {
            return entry.serialHex() + "\t" + days + "\t" + to;
        }
    }

    @Override
    public Integer call() {
        if (isSent == (out != null) || from == null) {
            throw new WrongUse("give --out or --send");
        }
        StoreAccess store = access.store();
        Instant now = store.now();
        EndingNotices mail =
                new EndingNotices(new NoticeMail(from, store.config().hostName(), now));
        NoticeWay way = out == null ? NoticeWay.sending(store.config().nextHops()) : NoticeWay.writing(out);
        Map<IssuedEntry, String> refused = new LinkedHashMap<>();
        boolean isAdminTold = true;
        int count = 0;
        try (CaFolder opened = access.open(folder)) {
            Set<String> done = new HashSet<>(CaAccess.tried(opened::notices));
            List<Due> due = due(opened, now);
            // No message can be sent to a user with a non-ASCII address; the administrator is told about that
            // certificate too
            List<Due> users = due.stream()
                    .filter(each -> each.user().isAscii()
                            && !done.contains(each.key(each.user().key())))
                    .toList();
            List<Due> fresh = admin == null
                    ? List.of()
                    : due.stream()
                            .filter(each -> !done.contains(each.key(ADMIN)))
                            .toList();
            handOver(store, users.size() + (fresh.isEmpty() ? 0 : 1));
            for (Due each : users) {
                try {
                    way.take(
                            each.user(),
                            each.key("user").replace('\t', '-'),
                            mail.toUser(each.user(), each.entry(), each.days()));
                    CaAccess.tried(() -> noted(opened, each.key(each.user().key())));
                    count++;
                } catch (NoticeWay.Refused e) {
                    refused.put(each.entry(), String.valueOf(e.getMessage()));
                }
            }
            MailAddress administrator = admin;
            if (administrator != null && !fresh.isEmpty()) {
                List<String> lines =
                        fresh.stream().map(each -> line(each.entry(), refused)).toList();
                try {
                    way.take(
                            administrator,
                            fresh.getFirst().key(ADMIN).replace('\t', '-'),
                            mail.toAdministrator(administrator, lines));
                    fresh.forEach(each -> CaAccess.tried(() -> noted(opened, each.key(ADMIN))));
                    count++;
                } catch (NoticeWay.Refused e) {
                    isAdminTold = false;
                    store.failure("no notice to " + administrator + ": " + e.getMessage(), AGAIN);
                }
            }
        }
        refused.forEach((entry, reply) ->
                store.failure("no notice to " + entry.addresses().getFirst() + ": " + reply, AGAIN));
        store.out().println(Options.count(count, "notice") + (isSent ? " sent" : " written"));
        return refused.isEmpty() && isAdminTold ? ExitCode.OK : ExitCode.TRY_AGAIN;
    }

    /** Records the notices before the first is sent: a sent notice cannot be taken back if the record fails. */
    private void handOver(StoreAccess store, int count) {
        if (count > 0) {
            store.handOver(
                    store.config(),
                    "the " + (isSent ? "sending" : "writing") + " of notices",
                    "ca-notices",
                    "folder:" + access.folder(folder).toAbsolutePath(),
                    List.of(Options.count(count, "notice") + (isSent ? " to send" : " to write")));
        }
    }

    private static String line(IssuedEntry entry, Map<IssuedEntry, String> refused) {
        String line = entry.addresses().getFirst() + ", serial number " + entry.serialHex() + ", until "
                + Validity.day(entry.notAfter());
        String reply = refused.get(entry);
        return reply == null ? line : line + "; the notice was refused: " + reply;
    }

    private static boolean noted(CaFolder folder, String key) throws org.postseal.certstore.authority.CaException {
        folder.addNotice(key);
        return true;
    }

    private static List<Due> due(CaFolder folder, Instant now) {
        return Expiring.before(folder.index(), now.plus(Duration.ofDays(DAYS.getFirst())), now).stream()
                .map(entry -> new Due(
                        entry,
                        // The nearest limit that has been reached
                        DAYS.stream()
                                .filter(days -> !now.isBefore(entry.notAfter().minus(Duration.ofDays(days))))
                                .reduce((_, nearer) -> nearer)
                                .orElse(DAYS.getFirst())))
                .toList();
    }

    private static final List<Integer> DAYS = List.of(30, 14, 7, 1);
    private static final String ADMIN = "administrator";
    private static final String AGAIN = "the next run tries again";
}
