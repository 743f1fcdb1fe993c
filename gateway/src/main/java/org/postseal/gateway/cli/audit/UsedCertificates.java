package org.postseal.gateway.cli.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.certstore.source.FilesSource;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.ValidationFile;
import org.postseal.gateway.cli.CommandFailure;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.config.GatewayConfig;

/**
 * Certificates that records name.
 *
 * @param found those that the database or the store's folder of the configuration has, or that are kept beside the log, by their SHA-256
 * @param missing SHA-256 of the others
 */
record UsedCertificates(SortedMap<String, MailCertificate> found, List<String> missing) {
    /**
     * Looks for them.
     *
     * @throws CommandFailure when what is configured cannot be read
     */
    static UsedCertificates of(GatewayConfig config, List<String> wanted) {
        SortedMap<String, MailCertificate> found = new TreeMap<>();
        Map<String, MailCertificate> inFolder = inFolder(config.storeDirectory());
        wanted.stream().filter(inFolder::containsKey).forEach(id -> found.put(id, inFolder.get(id)));
        List<String> left = wanted.stream().filter(id -> !found.containsKey(id)).toList();
        Optional<Path> database = config.directory().database().filter(Files::exists);
        if (database.isPresent() && !left.isEmpty()) {
            inDatabase(database.get(), left).forEach(each -> found.put(each.id().hex(), each));
        }
        wanted.stream()
                .filter(id -> !found.containsKey(id))
                .forEach(id -> kept(config.audit(), id).ifPresent(certificate -> found.put(id, certificate)));
        return new UsedCertificates(
                found, wanted.stream().filter(id -> !found.containsKey(id)).toList());
    }

    private static Optional<MailCertificate> kept(AuditConfig config, String id) {
        try {
            Optional<byte[]> octets = ValidationFile.certificate(config, id);
            return octets.isEmpty() ? Optional.empty() : Optional.of(MailCertificate.of(octets.get()));
        } catch (CertificateException noCertificate) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    "the folder with certificates of paths cannot be read: " + e.getMessage(),
                    "run it as the user who may read " + config.evidence());
        }
    }

    private static Map<String, MailCertificate> inFolder(Path folder) {
        return switch (FilesSource.load(folder)) {
            case FilesSource.Load.Loaded(FilesSource files) ->
                files.certificates().stream()
                        .collect(Collectors.toMap(each -> each.id().hex(), Function.identity(), (one, _) -> one));
            case FilesSource.Load.Refused refused ->
                throw new CommandFailure(
                        ExitCode.CONFIG,
                        "the store cannot be read: " + refused.problems().getFirst(),
                        "postseal check");
        };
    }

    private static List<MailCertificate> inDatabase(Path file, List<String> wanted) {
        List<MailCertificate> found = new ArrayList<>();
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            wanted.forEach(
                    id -> database.read(contents -> contents.certificates().find(new CertificateId(id)))
                            .map(StoredCertificate::certificate)
                            .ifPresent(found::add));
            return found;
        } catch (DatabaseException | StoreUnavailableException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, String.valueOf(e.getMessage()), "postseal cert list");
        }
    }
}
