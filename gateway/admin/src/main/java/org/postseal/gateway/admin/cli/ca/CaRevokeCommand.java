package org.postseal.gateway.admin.cli.ca;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.Intermediate;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.certstore.authority.IssuingAuthority;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "revoke",
        description = "Revoke certificates and sign the list that says so.",
        footer = {
            "",
            "If several certificates of an address are valid, --all revokes them all."
                    + " A revoked certificate cannot be brought back.",
            "For a certificate that is revoked already,"
                    + " a new list with its first reason is signed and stored, in case that failed before.",
            "",
            "  postseal ca revoke alice@example.com --all --reason keyCompromise --note 'laptop stolen'",
            "  postseal ca revoke 4f1a2b3c --reason superseded"
        })
final class CaRevokeCommand implements Callable<Integer> {
    private final CaAccess access;

    @Parameters(
            paramLabel = "CERT",
            description = "serial number or SHA-256 of the certificate,"
                    + " its first digits (at least 4), or the address that it is for")
    private String name = "";

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            converter = ReasonWord.class,
            description = ReasonWord.WORDS + "; default: unspecified")
    private RevocationReason reason = RevocationReason.UNSPECIFIED;

    @Option(names = "--all", description = "revoke every certificate that fits")
    private boolean isAll;

    @Mixin
    private CaAccess.Passphrase passphrase = new CaAccess.Passphrase();

    @Mixin
    private Options.Note note = new Options.Note();

    CaRevokeCommand(CaAccess access) {
        this.access = access;
    }

    /** Reads reasons by the names of RFC 5280 §5.3.1. */
    static final class ReasonWord implements ITypeConverter<RevocationReason> {
        static final String WORDS =
                "unspecified, keyCompromise, affiliationChanged, superseded, cessationOfOperation, privilegeWithdrawn";

        @Override
        public RevocationReason convert(String text) {
            return ALL.convert(text);
        }

        static String word(RevocationReason reason) {
            String[] words = reason.name().toLowerCase(Locale.ROOT).split("_", -1);
            StringBuilder text = new StringBuilder(words[0]);
            for (int i = 1; i < words.length; i++) {
                text.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT)).append(words[i].substring(1));
            }
            return text.toString();
        }

        static final Words<RevocationReason> ALL = Words.of(IssuingAuthority.REASONS, ReasonWord::word);
    }

    @Override
    public Integer call() {
        StoreAccess store = access.store();
        try (CaFolder opened = access.open(folder)) {
            List<IssuedEntry> meant = meant(opened);
            IssuingAuthority authority = access.unlock(opened, passphrase);
            Map<Intermediate, Instant> signed;
            boolean isStored = false;
            try {
                signed = store.change(note.text(), editing -> {
                    CaAccess.tried(() -> {
                        authority.revoke(
                                meant.stream().filter(each -> !isRevoked(each)).toList(), reason, store.now());
                        return true;
                    });
                    meant.forEach(each ->
                            record(editing, opened.index().find(each.serial()).orElseThrow()));
                    return CaAccess.tried(() -> PublishedList.make(opened, authority, editing, store.now()));
                });
                isStored = true;
            } finally {
                if (!isStored && meant.stream().anyMatch(each -> isRevoked(opened, each))) {
                    store.warn("it is revoked in " + access.folder(folder)
                            + ", but the gateways of this database do not know; run the command again");
                }
            }
            meant.forEach(each ->
                    store.out().println((isRevoked(each) ? "was revoked before: " : "revoked ") + Issuing.line(each)));
            tell(opened, meant, signed);
        }
        return ExitCode.OK;
    }

    private void tell(CaFolder opened, List<IssuedEntry> meant, Map<Intermediate, Instant> signed) {
        List<Integer> issuers =
                meant.stream().map(IssuedEntry::issuer).distinct().toList();
        String lists = signed.keySet().stream()
                .filter(each -> issuers.contains(each.number()))
                .map(each -> opened.publicFile(each.list()).toString())
                .collect(Collectors.joining(", "));
        if (!lists.isEmpty()) {
            access.store().out().println("signed list " + opened.index().lists() + ": " + lists);
        }
        issuers.stream()
                .filter(number -> signed.keySet().stream().noneMatch(each -> each.number() == number))
                .forEach(number -> access.store()
                        .warn("no list of intermediate " + number
                                + " is signed any more: the root's list says that it is revoked"));
    }

    private static boolean isRevoked(CaFolder opened, IssuedEntry entry) {
        return opened.index()
                .find(entry.serial())
                .filter(CaRevokeCommand::isRevoked)
                .isPresent();
    }

    private static boolean isRevoked(IssuedEntry entry) {
        return entry.revocation().isPresent();
    }

    private static void record(StoreAccess.Editing editing, IssuedEntry entry) {
        IssuedEntry.Revocation word = entry.revocation().orElseThrow();
        editing.record(
                "ca-revoke",
                "certificate:" + entry.id(),
                List.of(
                        "addresses " + Printable.list(entry.addresses()),
                        "serial " + entry.serialHex(),
                        "since " + word.when(),
                        "reason " + ReasonWord.word(word.reason())));
    }

    /**
     * Returns the certificates to revoke. If all are revoked already, returns those: publishing their revocation may
     * have failed before.
     */
    private List<IssuedEntry> meant(CaFolder opened) {
        Optional<MailAddress> address = MailAddress.parse(name);
        String digits = name.replace(":", "").toLowerCase(Locale.ROOT);
        if (address.isEmpty() && !digits.matches("[0-9a-f]{4,64}")) {
            throw new CommandFailure(
                    ExitCode.USAGE, "'" + Printable.line(name) + "' is neither digits of a certificate nor an address");
        }
        List<IssuedEntry> found = opened.index().entries().stream()
                .filter(each -> address.isPresent()
                        ? each.addresses().contains(address.get())
                        : each.serialHex().startsWith(digits) || each.id().hex().startsWith(digits))
                .toList();
        List<IssuedEntry> usable = found.stream()
                .filter(each -> each.isUsable(access.store().now()))
                .toList();
        if (usable.isEmpty()) {
            List<IssuedEntry> revoked = found.stream()
                    .filter(each -> isRevoked(each) && !access.store().now().isAfter(each.notAfter()))
                    .toList();
            if (!revoked.isEmpty()) {
                return revoked;
            }
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    found.isEmpty()
                            ? "nothing was issued here for " + Printable.line(name)
                            : "expired already: "
                                    + found.stream().map(Issuing::line).collect(Collectors.joining("; ")));
        }
        if (usable.size() > 1 && !isAll) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    Printable.line(name) + " may be any of these:"
                            + usable.stream()
                                    .map(each -> "\n  " + Issuing.line(each))
                                    .collect(Collectors.joining()),
                    "give more digits, or --all");
        }
        return usable;
    }
}
