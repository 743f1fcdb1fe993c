package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.VisibleDirectory;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.evidence.FileFault;
import org.postseal.gateway.audit.evidence.UnreadableException;
import org.postseal.gateway.audit.evidence.ValidationFile;
import org.postseal.gateway.audit.record.VisibleText;

/**
 * The certificates that records name.
 *
 * @param found certificates in the configured database or store folder, or kept beside the log, by SHA-256
 * @param missing SHA-256 of the others
 * @param hidden the places that could not be searched, because they cannot be read or the user may not read them, in
 *     words
 */
record UsedCertificates(SortedMap<String, MailCertificate> found, List<String> missing, List<String> hidden) {
    UsedCertificates {
        missing = List.copyOf(missing);
        hidden = List.copyOf(hidden);
    }

    /**
     * Looks for the certificates.
     *
     * @throws CommandFailure when the folder beside the log exists and cannot be read
     */
    static UsedCertificates of(VisibleDirectory directory, AuditConfig log, List<String> wanted) {
        SortedMap<String, MailCertificate> found = new TreeMap<>();
        List<String> hidden = new ArrayList<>(directory.hidden());
        Map<String, MailCertificate> inFolder = directory.files().certificates().stream()
                .collect(Collectors.toMap(each -> each.id().hex(), Function.identity(), (one, _) -> one));
        wanted.stream().filter(inFolder::containsKey).forEach(id -> found.put(id, inFolder.get(id)));
        List<String> left = wanted.stream().filter(id -> !found.containsKey(id)).toList();
        if (!left.isEmpty()) {
            directory
                    .read(database -> inDatabase(database, left), hidden::add)
                    .ifPresent(
                            stored -> stored.forEach(each -> found.put(each.id().hex(), each)));
        }
        wanted.stream()
                .filter(id -> !found.containsKey(id))
                .forEach(id -> kept(log, id, hidden).ifPresent(certificate -> found.put(id, certificate)));
        return new UsedCertificates(
                found, wanted.stream().filter(id -> !found.containsKey(id)).toList(), hidden);
    }

    private static Optional<MailCertificate> kept(AuditConfig config, String id, List<String> hidden) {
        try {
            Optional<byte[]> octets = ValidationFile.certificate(config, id);
            return octets.isEmpty() ? Optional.empty() : Optional.of(MailCertificate.of(octets.get()));
        } catch (CertificateException noCertificate) {
            return Optional.empty();
        } catch (UnreadableException e) {
            hidden.add(VisibleText.of(String.valueOf(e.getMessage())));
            return Optional.empty();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    "the folder with certificates of paths cannot be read: "
                            + VisibleText.of(config.evidence() + ": " + FileFault.words(config.evidence(), e)),
                    "run it as the user who may read " + config.evidence());
        }
    }

    private static List<MailCertificate> inDatabase(CertificateDatabase database, List<String> wanted) {
        return wanted.stream()
                .flatMap(id -> database.read(contents -> contents.certificates().find(new CertificateId(id))).stream())
                .map(StoredCertificate::certificate)
                .toList();
    }
}
