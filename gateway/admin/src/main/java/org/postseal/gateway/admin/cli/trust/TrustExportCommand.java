package org.postseal.gateway.admin.cli.trust;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.format.CertificateExport;
import org.postseal.certstore.format.SstWriter;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = "Export the certificates of a collection, anchors first, for others to trust.",
        footer = {
            "",
            "Set-SmimeConfig of Exchange takes an SST."
                    + " Exchange refuses a whole SST if one certificate in it has expired, and so does this command.",
            "",
            "  postseal trust export own --sst -o own.sst",
            "  postseal exchange online --mail-host example-com.mail.protection.outlook.com"
                    + " --sst own.sst --out exchange"
        })
final class TrustExportCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "NAME", description = "name of the collection")
    private String name = "";

    @Option(names = "--format", paramLabel = "pem|pkcs7|sst", description = "format of the file; default: pem")
    private @Nullable Format format;

    @Option(names = "--sst", description = "for Exchange: short for --format sst")
    private boolean isSst;

    @Mixin
    private Options.Output output = new Options.Output();

    enum Format {
        PEM,
        PKCS7,
        SST
    }

    TrustExportCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        if (isSst && format != null) {
            throw new WrongUse("give --sst or --format, not both");
        }
        List<MailCertificate> certificates = store.read(this::members);
        byte[] octets = switch (isSst ? Format.SST : Optional.ofNullable(format).orElse(Format.PEM)) {
            case PEM -> CertificateExport.pem(certificates).getBytes(StandardCharsets.US_ASCII);
            case PKCS7 -> CertificateExport.pkcs7(certificates, List.of());
            case SST -> {
                demandInTime(certificates);
                yield SstWriter.write(certificates);
            }
        };
        output.write(octets, Options.count(certificates, "certificate"), store.out());
        return ExitCode.OK;
    }

    private List<MailCertificate> members(CertificateDatabase database) {
        return database.trust()
                .find(name)
                .map(found -> Stream.concat(found.anchors().stream(), found.intermediates().stream())
                        .toList())
                .orElseThrow(() -> TrustShowCommand.missing(name));
    }

    private void demandInTime(List<MailCertificate> certificates) {
        List<MailCertificate> expired = certificates.stream()
                .filter(each -> each.notAfter().isBefore(store.now()))
                .toList();
        if (!expired.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    expired.stream()
                            .map(each -> CertificateView.subject(each) + " expired on " + Validity.day(each.notAfter())
                                    + " (" + CertificateView.sha1(each) + ")")
                            .collect(Collectors.joining("\nerror: ")),
                    "import the collection again without it; --format pem exports it as it is");
        }
    }
}
