package org.postseal.gateway.admin.cli.ca;

import java.util.List;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.gateway.admin.cli.support.NoticeMail;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.Validity;

/** Says in notices which certificates end. */
record EndingNotices(NoticeMail mail) {
    byte[] toUser(MailAddress user, IssuedEntry entry, int days) {
        return mail.message(
                user,
                "Your S/MIME certificate ends on " + Validity.day(entry.notAfter()),
                "The certificate for secure mail of\r\n\r\n  "
                        + Printable.list(entry.addresses()) + "\r\n  serial number " + entry.serialHex()
                        + "\r\n\r\nends on " + Validity.day(entry.notAfter()) + ", within "
                        + Options.count(days, "day") + ". "
                        + (entry.ownKey()
                                ? "You need not do anything: it is renewed for you."
                                : "You keep its key yourself: please send a new request.")
                        + "\r\n");
    }

    byte[] toAdministrator(MailAddress administrator, List<String> lines) {
        return mail.message(
                administrator,
                Options.count(lines, "S/MIME certificate") + (lines.size() == 1 ? " ends soon" : " end soon"),
                "These certificates end soon, and have no successor yet:\r\n\r\n"
                        + String.join(
                                "",
                                lines.stream()
                                        .map(each -> "  " + Printable.line(each) + "\r\n")
                                        .toList())
                        + "\r\n'postseal ca renew' renews those whose keys the gateway has.\r\n");
    }
}
