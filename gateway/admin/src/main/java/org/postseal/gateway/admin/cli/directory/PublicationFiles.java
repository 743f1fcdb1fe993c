package org.postseal.gateway.admin.cli.directory;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.format.CertificateExport;
import org.postseal.certstore.remote.ldap.PublishPlan;
import org.postseal.certstore.remote.ldap.SmimeValue;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.Validity;
import org.postseal.gateway.admin.rollout.RecipientScript;

/** Writes what is to be published into a file, for somebody else to apply. */
final class PublicationFiles {
    private PublicationFiles() {}

    static byte[] powershell(Map<MailAddress, Publication> publications) {
        try {
            return RecipientScript.of(publications.entrySet().stream()
                    .map(each -> recipient(each.getKey(), each.getValue()))
                    .toList());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.REFUSED, Printable.line(String.valueOf(e.getMessage())));
        }
    }

    /** Returns the changes of entries as LDIF; entries that need no change are left out. */
    static byte[] ldif(List<PublishPlan> plans) {
        return plans.stream()
                .filter(PublishPlan::changesSomething)
                .map(PublishPlan::changeRecord)
                .collect(Collectors.joining("\n", "version: 1\n\n", ""))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static RecipientScript.Recipient recipient(MailAddress address, Publication publication) {
        return new RecipientScript.Recipient(
                address.toString(),
                address + ": "
                        + publication.certificates().stream()
                                .map(each ->
                                        CertificateName.brief(each.id()) + " until " + Validity.day(each.notAfter()))
                                .collect(Collectors.joining(", ")),
                publication.certificates().stream().map(CertificateExport::der).toList(),
                switch (publication.smime()) {
                    case SmimeValue.Kept _ -> Optional.empty();
                    case SmimeValue.Written(byte[] bundle) -> Optional.of(List.of(bundle));
                    case SmimeValue.Cleared _ -> Optional.of(List.of());
                });
    }
}
