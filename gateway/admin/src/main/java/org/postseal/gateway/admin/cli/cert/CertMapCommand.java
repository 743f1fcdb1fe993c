package org.postseal.gateway.admin.cli.cert;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateMap;
import org.postseal.certstore.database.CertificateMap.Scope;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command
final class CertMapCommand implements Callable<Integer> {
    private final StoreAccess store;
    private final boolean isTakenBack;

    @Parameters(
            index = "0",
            paramLabel = "ADDRESS|@DOMAIN",
            converter = ScopeConverter.class,
            description = "one address, or every address of exactly this domain")
    private Scope scope = new Scope.Address(MailAddress.of("unset@unset.invalid"));

    @Parameters(index = "1", paramLabel = "CERT", description = CertificateName.HELP)
    private String name = "";

    @Mixin
    private Options.Note note = new Options.Note();

    private CertMapCommand(StoreAccess store, boolean isTakenBack) {
        this.store = store;
        this.isTakenBack = isTakenBack;
    }

    static CommandLine map(StoreAccess store) {
        CommandLine command = new CommandLine(new CertMapCommand(store, false)).setCommandName("map");
        command.getCommandSpec()
                .usageMessage()
                .description("Use a certificate for addresses that it does not carry;"
                        + " certificates that carry them come first.")
                .footer(
                        "",
                        "This is for a partner whose gateway has one certificate for everybody."
                                + " A pin, by contrast, comes before all other certificates.",
                        "",
                        "  postseal cert map @partner.example 1a2b3c4d");
        return command;
    }

    static CommandLine unmap(StoreAccess store) {
        CommandLine command = new CommandLine(new CertMapCommand(store, true)).setCommandName("unmap");
        command.getCommandSpec().usageMessage().description("Take back what 'cert map' did.");
        return command;
    }

    @Override
    public Integer call() {
        MailCertificate mapped = store.change(note.text(), editing -> {
            MailCertificate certificate = CertificateName.find(editing.contents(), name);
            CertificateMap map = editing.contents().certificateMap();
            if (isTakenBack) {
                if (!map.remove(scope, certificate.id())) {
                    throw new CommandFailure(
                            ExitCode.REFUSED,
                            CertificateName.brief(certificate.id()) + " is not mapped to " + text(scope));
                }
            } else {
                Optional<String> whyNot = certificate.whyNot(CertificatePurpose.ENCRYPT);
                if (whyNot.isPresent()) {
                    throw new CommandFailure(
                            ExitCode.REFUSED,
                            CertificateName.brief(certificate.id()) + " may not encrypt: " + whyNot.get());
                }
                map.add(new CertificateMap.Mapping(scope, certificate, editing.act()));
            }
            editing.record(
                    isTakenBack ? "cert-unmap" : "cert-map",
                    "certificate:" + certificate.id(),
                    List.of("scope " + text(scope)));
            return certificate;
        });
        store.out()
                .println((isTakenBack ? "unmapped " : "mapped ")
                        + CertificateName.brief(mapped.id())
                        + (isTakenBack ? " from " : " to ")
                        + Printable.line(text(scope)));
        return ExitCode.OK;
    }

    static String text(Scope scope) {
        return switch (scope) {
            case Scope.Address(MailAddress address) -> address.toString();
            case Scope.WholeDomain(Domain domain) -> "@" + domain.text();
        };
    }

    /** Reads {@code alice@example.com} or {@code @example.com}. */
    static final class ScopeConverter implements ITypeConverter<Scope> {
        @Override
        public Scope convert(String text) {
            Optional<Scope> scope = text.startsWith("@")
                    ? Domain.parse(text.substring(1)).map(Scope.WholeDomain::new)
                    : MailAddress.parse(text).map(Scope.Address::new);
            return scope.orElseThrow(() -> new TypeConversionException(
                    "must be a mail address or @ and a domain, not '" + Printable.line(text) + "'"));
        }
    }
}
