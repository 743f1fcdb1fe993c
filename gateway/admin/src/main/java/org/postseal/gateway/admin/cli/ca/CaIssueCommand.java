package org.postseal.gateway.admin.cli.ca;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.IssuingAuthority.Issued;
import org.postseal.certstore.authority.IssuingAuthority.Order;
import org.postseal.certstore.authority.IssuingAuthority.Subject;
import org.postseal.certstore.authority.SigningRequest;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.directory.ServerGroup;
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
        name = "issue",
        description = "Issue certificates for users: all of them or none.",
        footer = {
            "",
            "Each address gets a certificate with a new key, which goes into the store:"
                    + " a running gateway signs with it at once.",
            "With --csr the key stays where it is."
                    + " Give the addresses that you know to be the sender's: a request that names others is refused.",
            "A --csv file has a line for each certificate:"
                    + " the address, further addresses separated by blanks, the profile, the kind of key.",
            "",
            "  postseal ca issue alice@example.com bob@example.com",
            "  postseal ca issue dana@example.com --csr dana.csr --profile sign -o dana.pem",
            "  postseal ca issue --csv users.csv --key p256",
            "  postseal ca issue --missing",
            "  postseal ca issue --group cn=smime,ou=groups,dc=example,dc=com --dry-run"
        })
final class CaIssueCommand implements Callable<Integer> {
    private final CaAccess access;

    @Parameters(
            arity = "0..*",
            paramLabel = "ADDRESS",
            description = "the addresses to issue certificates for, one each")
    private List<MailAddress> addresses = new ArrayList<>();

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Option(names = "--csr", paramLabel = "FILE", description = "a request (PKCS #10), PEM or DER")
    private @Nullable Path csr;

    @Option(names = "--csv", paramLabel = "FILE", description = "a file with the users to issue certificates for")
    private @Nullable Path csv;

    @Option(
            names = "--missing",
            description = "issue for every user of ours who has no valid certificate, as far as keys,"
                    + " certificates and copies of directory servers in the database tell")
    private boolean isForMissing;

    @Option(
            names = "--group",
            paramLabel = "DN",
            description = "issue for every member of this group of a directory server who has no valid certificate;"
                    + " DN is its distinguished name; members from other organizations are skipped")
    private @Nullable String group;

    @Option(
            names = "--server",
            paramLabel = "NAME",
            description = "the server that has the group, as named below directory.ldap; default: the only one")
    private @Nullable String server;

    @Option(names = "--profile", paramLabel = "PROFILE", description = ProfileWord.WORDS + "; default: dual")
    private ProfileWord profile = ProfileWord.DUAL;

    @Option(
            names = "--key",
            paramLabel = "KIND",
            converter = KeyWord.class,
            description = KeyWord.WORDS + "; default: rsa3072")
    private KeyAlgorithm algorithm = KeyAlgorithm.RSA3072;

    @Mixin
    private CaAccess.Days days = new CaAccess.Days();

    @Mixin
    private Options.DryRun dryRun = new Options.DryRun();

    @Mixin
    private Options.Output output = new Options.Output();

    @Mixin
    private CaAccess.Passphrase passphrase = new CaAccess.Passphrase();

    @Mixin
    private Options.Note note = new Options.Note();

    CaIssueCommand(CaAccess access) {
        this.access = access;
    }

    @Override
    public Integer call() {
        int validity = days.count();
        long ways = Stream.of(isForMissing, csv != null, group != null, csr != null || !addresses.isEmpty())
                .filter(each -> each)
                .count();
        if (ways > 1) {
            throw new WrongUse("give addresses, --csr, --csv, --group or --missing, one of them");
        }
        if (server != null && group == null) {
            throw new WrongUse("--server is for --group");
        }
        if (csr != null && addresses.isEmpty()) {
            throw new WrongUse("--csr needs the addresses that are its sender's: postseal ca issue ADDRESS --csr FILE");
        }
        if (csr != null && profile.profiles().size() > 1) {
            throw new WrongUse("--profile split takes two keys, and a request is for one");
        }
        output.demandPossible();
        List<Order> orders = orders();
        StoreAccess store = access.store();
        if (dryRun.isWanted()) {
            orders.forEach(each -> store.out()
                    .println("would issue for " + Printable.list(each.addresses()) + " (" + Options.word(each.profile())
                            + ")"));
            store.out().println(Options.count(orders, "certificate") + dryRun.remark());
            return ExitCode.OK;
        }
        if (orders.isEmpty()) {
            Issuing.tell(store, "issued", List.of());
            return ExitCode.OK;
        }
        try (CaFolder opened = access.open(folder)) {
            Issuing issuing = new Issuing(store, opened, access.unlock(opened, passphrase));
            List<Issued> issued = issuing.issue(orders, validity, note.text(), "ca-issue");
            Issuing.tell(store, "issued", issued);
            issuing.warnIfUntrusted(access.folder(folder));
            if (output.isWanted()) {
                output.write(
                        pem(issued, opened), Options.count(issued, "certificate") + " and the issuer's", store.out());
            }
        }
        return ExitCode.OK;
    }

    private List<Order> orders() {
        List<Order> orders = new ArrayList<>();
        if (csr != null) {
            SigningRequest request = request(csr);
            List<MailAddress> wanted = addresses.stream().distinct().toList();
            demandAsked(request.addresses(), wanted);
            for (Profile each : profile.profiles()) {
                orders.add(new Order(wanted, each, new Subject.Requested(request, false)));
            }
        } else if (csv != null) {
            orders.addAll(UserList.read(csv, profile, algorithm));
        } else if (isForMissing) {
            MissingUsers.find(access, folder).forEach(each -> add(orders, each));
        } else if (group != null) {
            List<List<MailAddress>> members = ServerGroup.members(access.store(), Optional.ofNullable(server), group);
            MissingUsers.among(access, folder, members).forEach(each -> add(orders, each));
        } else if (addresses.isEmpty()) {
            throw new WrongUse("give addresses, --csv, --group or --missing");
        } else {
            addresses.stream().distinct().forEach(each -> add(orders, each));
        }
        access.demandInternal(orders.stream()
                .flatMap(each -> each.addresses().stream())
                .distinct()
                .toList());
        return orders;
    }

    /**
     * Refuses the request unless it names exactly the wanted addresses. A request proves who has the key, but not whose
     * mail the key may sign: the administrator has to say that.
     */
    private static void demandAsked(List<MailAddress> asked, List<MailAddress> wanted) {
        if (asked.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED, "the request names no address", "ask for a request that names one");
        }
        if (!asked.containsAll(wanted)) {
            throw new CommandFailure(
                    ExitCode.REFUSED, "the request names " + Printable.list(asked) + ", and not every address given");
        }
        List<MailAddress> more =
                asked.stream().filter(each -> !wanted.contains(each)).toList();
        if (!more.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "the request also names " + Printable.list(more),
                    "give every address that you know to be the sender's; if one is not, ask for another request");
        }
    }

    private void add(List<Order> orders, MailAddress address) {
        for (Profile each : profile.profiles()) {
            orders.add(new Order(List.of(address), each, new Subject.Fresh(algorithm)));
        }
    }

    private static SigningRequest request(Path file) {
        byte[] octets;
        try (InputStream in = Files.newInputStream(file)) {
            octets = in.readNBytes(MAX_OCTETS);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, file + " cannot be read");
        }
        return CaAccess.tried(() -> SigningRequest.read(octets));
    }

    private static byte[] pem(List<Issued> issued, CaFolder opened) {
        StringBuilder text = new StringBuilder();
        issued.forEach(each -> text.append(each.certificate().toPem()));
        return text.append(opened.issuer().toPem()).toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static final int MAX_OCTETS = 100_000;
}
