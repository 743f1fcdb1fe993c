package org.postseal.gateway.admin.cli.cert;

import java.util.ArrayList;
import java.util.List;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateFilter;

/** Exports certificates from the database, into a file or to standard output. */
public final class ExportedCertificates {
    private ExportedCertificates() {}

    /** Returns all certificates of a source such as {@code own} or {@code trust:NAME}. */
    public static List<MailCertificate> ofSource(CertificateDatabase database, String source) {
        List<MailCertificate> all = new ArrayList<>();
        database.certificates()
                .forEach(
                        CertificateFilter.ofSource(source, CertificateFilter.MAX_LIMIT),
                        each -> all.add(each.certificate()));
        return all;
    }
}
