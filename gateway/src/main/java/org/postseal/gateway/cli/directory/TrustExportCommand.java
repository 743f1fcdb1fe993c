package org.postseal.gateway.cli.directory;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.format.CertificateExport;
import org.postseal.gateway.cli.CommandFailure;
import org.postseal.gateway.cli.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postseal trust export}. */
@Command(
        name = "export",
        description = "Export the certificates of a collection, anchors first, for others who shall trust them.",
        footer = {
            "",
            "sst is what Set-SmimeConfig of Exchange takes; Exchange refuses all of it for one certificate that has expired, and so does this command.",
            "",
            "  postseal trust export own --format sst -o own.sst",
            "  postseal exchange online --mail-host example-com.mail.protection.outlook.com --sst own.sst --out exchange"
        })
final class TrustExportCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "NAME", description = "name of the collection")
    private String name = "";

    @Option(
            names = "--format",
            paramLabel = "pem|pkcs7|sst",
            converter = FormatConverter.class,
            description = "default: pem")
    private Format format = Format.PEM;

    @Mixin
    private Options.Output output = new Options.Output();

    /** What can be written. */
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
        List<MailCertificate> certificates = store.read(this::members);
        byte[] octets = switch (format) {
            case PEM -> CertificateExport.pem(certificates).getBytes(StandardCharsets.US_ASCII);
            case PKCS7 -> CertificateExport.pkcs7(certificates, List.of());
            case SST -> {
                demandInTime(certificates);
                yield ExportedCertificates.sst(certificates);
            }
        };
        return ExportedCertificates.write(store, certificates, octets, output);
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
                            .map(each -> CertificateView.subject(each) + " has expired on "
                                    + Validity.day(each.notAfter()) + " (" + CertificateView.sha1(each) + ")")
                            .collect(Collectors.joining("\nerror: ")),
                    "import the collection again without it; --format pem takes it as it is");
        }
    }

    /** As help shows them. */
    static final class FormatConverter implements CommandLine.ITypeConverter<Format> {
        @Override
        public Format convert(String text) {
            return Stream.of(Format.values())
                    .filter(each -> Options.word(each).equals(text))
                    .findFirst()
                    .orElseThrow(() ->
                            new CommandLine.TypeConversionException("must be pem, pkcs7 or sst, not '" + text + "'"));
        }
    }
}
