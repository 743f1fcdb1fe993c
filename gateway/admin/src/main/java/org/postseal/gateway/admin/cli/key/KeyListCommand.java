package org.postseal.gateway.admin.cli.key;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.KeyVault.VaultKey;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Listing;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "List the private keys of the database, soonest expiry of their newest certificate first.")
final class KeyListCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "only those of this address, mapped or in a certificate")
    private @Nullable MailAddress address;

    @Option(
            names = "--expires-before",
            paramLabel = "TIME",
            description = "only those whose newest certificate expires before 2027-01-31, or within 30d, 4w, 12h")
    private Options.@Nullable Until expiresBefore;

    @Mixin
    private Options.Json json = new Options.Json();

    KeyListCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        MasterKey master = store.masterKey();
        List<VaultKey> keys = store.read(database -> all(database, master)).stream()
                .filter(this::isWanted)
                .sorted(Comparator.comparing(KeyListCommand::end))
                .toList();
        new Listing<VaultKey>(store, json.isWanted(), this::members)
                .column("UNTIL", key -> key.certificates().isEmpty() ? "-" : Validity.day(end(key)))
                .column("STATE", this::state)
                .column("KEY", key -> key.id().hex().substring(0, 16))
                .column("KIND", key -> key.kind().map(CertificateView::kind).orElse("-"))
                .column("CERTIFICATES", KeyListCommand::certificates)
                .column("ADDRESSES", key -> Printable.list(key.addresses()))
                .column("MAPPED", key -> key.mapped().isEmpty() ? "-" : Printable.list(key.mapped()))
                .column(
                        "IMPORTED",
                        key -> Validity.day(key.imported().when()) + " by "
                                + key.imported().who())
                .print(keys, Options.count(keys, "key"));
        return ExitCode.OK;
    }

    private boolean isWanted(VaultKey key) {
        return (address == null || key.addresses().contains(address))
                && (expiresBefore == null || end(key).isBefore(expiresBefore.from(store.now())));
    }

    private static List<VaultKey> all(CertificateDatabase database, MasterKey master) {
        KeyVault vault = new KeyVault(database, master);
        List<VaultKey> all = new ArrayList<>();
        List<VaultKey> page = vault.list(Optional.empty(), PAGE);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = vault.list(Optional.of(page.getLast().id()), PAGE);
        }
        return all;
    }

    private String state(VaultKey key) {
        String validity =
                newest(key).map(each -> Validity.of(each, store.now()).text()).orElse("requested");
        return validity + (key.opens() ? "" : ", OTHER MASTER KEY");
    }

    private static String certificates(VaultKey key) {
        return key.certificates().stream()
                .map(each -> CertificateName.brief(each.id()))
                .collect(Collectors.joining(", "));
    }

    private static Optional<MailCertificate> newest(VaultKey key) {
        return key.certificates().stream().findFirst();
    }

    // A key that waits for its first certificate comes last
    private static Instant end(VaultKey key) {
        return newest(key).map(MailCertificate::notAfter).orElse(Instant.MAX);
    }

    private Map<String, Object> members(VaultKey key) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", key.id().hex());
        members.put("key", key.kind().map(CertificateView::kind));
        members.put("hardware", key.isHardware());
        members.put("opens", key.opens());
        members.put("notAfter", newest(key).map(MailCertificate::notAfter));
        members.put(
                "state",
                newest(key).map(each -> Validity.of(each, store.now()).word()).orElse("requested"));
        members.put("addresses", CertificateView.texts(key.addresses()));
        members.put("mapped", CertificateView.texts(key.mapped()));
        members.put(
                "certificates",
                key.certificates().stream().map(CertificateView::members).toList());
        members.put("who", key.imported().who());
        members.put("added", key.imported().when());
        members.put("note", key.imported().note());
        return members;
    }

    private static final int PAGE = 500;
}
