package org.postseal.gateway.admin.cli.cert;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.certstore.format.SstWriter;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.OutputFile;
import org.postseal.gateway.admin.cli.support.StoreAccess;

/** Exports certificates from the database, into a file or to standard output. */
public final class ExportedCertificates {
    private ExportedCertificates() {}

    /** Returns all certificates of a source such as {@code own} or {@code trust:NAME}. */
    public static List<MailCertificate> ofSource(CertificateDatabase database, String source) {
        List<MailCertificate> all = new ArrayList<>();
        CertificateFilter filter = CertificateFilter.ofSource(source, CertificateFilter.MAX_LIMIT);
        List<StoredCertificate> page = database.certificates().list(filter);
        while (!page.isEmpty()) {
            page.forEach(each -> all.add(each.certificate()));
            filter = filter.following(page.getLast().certificate());
            page = database.certificates().list(filter);
        }
        return all;
    }

    /** Writes a serialized certificate store, which Windows and Exchange read. */
    public static byte[] sst(List<MailCertificate> certificates) {
        return SstWriter.write(certificates.stream().map(SstWriter.Entry::of).toList(), List.of());
    }

    /** Writes the octets to the file that the command names, or to standard output. */
    public static int write(
            StoreAccess store, List<MailCertificate> certificates, byte[] octets, Options.Output output) {
        Optional<Path> file = output.file();
        if (file.isEmpty()) {
            store.out().write(octets, 0, octets.length);
            store.out().flush();
            if (store.out().checkError()) {
                throw new CommandFailure(ExitCode.INPUT_OUTPUT, "standard output cannot be written");
            }
            return ExitCode.OK;
        }
        try (OutputFile result = OutputFile.write(file.get(), octets, "rw-r--r--", output.isForced())) {
            result.publish();
        }
        store.out().println("wrote " + Options.count(certificates, "certificate") + " to " + file.get());
        return ExitCode.OK;
    }
}
