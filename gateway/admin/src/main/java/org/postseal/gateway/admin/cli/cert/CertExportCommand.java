package org.postseal.gateway.admin.cli.cert;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.CertificateExport;
import org.postseal.certstore.format.SstWriter;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = "Export certificates without their private keys, which 'key export' exports.",
        footer = {
            "",
            "  postseal cert export alice@example.com -o alice.pem",
            "  postseal cert export --source trust:partners --format sst -o partners.sst"
        })
final class CertExportCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(arity = "0..*", paramLabel = "CERT", description = CertificateName.HELP)
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            description = "all certificates of this source: own, imported, harvested, ldap:NAME, trust:NAME")
    private @Nullable String source;

    @Option(
            names = "--format",
            paramLabel = "pem|der|p7b|sst|ldif",
            description = "format of the file; der holds one certificate, ldif those with an address; default: pem")
    private Format format = Format.PEM;

    @Option(
            names = "--base",
            paramLabel = "DN",
            description = "with ldif: the directory entry above those of the certificates")
    private String base = "";

    @Mixin
    private Options.Output output = new Options.Output();

    enum Format {
        PEM,
        DER,
        P7B,
        SST,
        LDIF
    }

    CertExportCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        if (names.isEmpty() == (source == null)) {
            throw new WrongUse("give certificates, or --source");
        }
        List<MailCertificate> certificates = store.read(database -> source == null
                ? names.stream()
                        .map(name -> CertificateName.find(database, name))
                        .distinct()
                        .toList()
                : ExportedCertificates.ofSource(database, source));
        if (certificates.isEmpty()) {
            throw new CommandFailure(ExitCode.REFUSED, "no certificates of " + Printable.line(String.valueOf(source)));
        }
        byte[] octets = octets(certificates);
        output.write(octets, Options.count(certificates, "certificate"), store.out());
        return ExitCode.OK;
    }

    private byte[] octets(List<MailCertificate> certificates) {
        return switch (format) {
            case PEM -> CertificateExport.pem(certificates).getBytes(StandardCharsets.US_ASCII);
            case DER -> {
                if (certificates.size() > 1) {
                    throw new CommandFailure(
                            ExitCode.USAGE,
                            "DER holds one certificate, and these are " + certificates.size(),
                            "--format p7b holds several");
                }
                yield CertificateExport.der(certificates.getFirst());
            }
            case P7B -> CertificateExport.pkcs7(certificates, List.of());
            case SST -> SstWriter.write(certificates);
            case LDIF -> ldif(certificates);
        };
    }

    private byte[] ldif(List<MailCertificate> certificates) {
        List<MailCertificate> without =
                certificates.stream().filter(each -> each.addresses().isEmpty()).toList();
        if (without.size() == certificates.size()) {
            throw new CommandFailure(
                    ExitCode.REFUSED, "none of the certificates carries an address to make an entry of");
        }
        without.forEach(each -> store.warn(CertificateName.brief(each.id()) + " carries no address and is left out"));
        try {
            return CertificateExport.ldif(certificates, base).getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    Printable.line(String.valueOf(e.getMessage())),
                    "--base ou=people,dc=example,dc=com");
        }
    }
}
