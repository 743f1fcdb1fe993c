package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.TemporaryHome;
import org.postseal.gateway.testkit.ZoneServer;

/**
 * OpenDKIM, rspamd and clamd of our side as {@code docs/howto-milters.md} has them, and an OpenDKIM of the partner that
 * signs the partner's mail and verifies ours. Each runs under its own user in a temporary home. The names are those of
 * {@link ModeRoad}.
 */
final class Milters implements AutoCloseable {
    static final HowtoPage PAGE = new HowtoPage("howto-milters.md");
    /** The EICAR test file, in two halves so that no scanner reports this source. */
    static final String EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    private final Path home = TemporaryHome.create("milters");
    private final int signer;
    private final int partners;
    private final int rspamd;
    private final int scanner;
    private final ZoneServer names;
    private final List<Daemon> daemons = new ArrayList<>();

    Milters() {
        List<Integer> ports = Await.freePorts(4);
        signer = ports.get(0);
        partners = ports.get(1);
        rspamd = ports.get(2);
        scanner = ports.get(3);
        try {
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            DomainKey mail = DomainKey.create(home.resolve("mail.private"), "opendkim");
            DomainKey partner = DomainKey.create(home.resolve("partner.private"), "opendkim");
            DomainKey arc = DomainKey.create(home.resolve("arc.key"), "_rspamd");
            names = new ZoneServer(mail.zone("mail._domainkey.example.com")
                    + arc.zone("arc._domainkey.example.com")
                    + partner.zone("mail._domainkey.partner.example")
                    + "_dmarc.partner.example. 60 IN TXT \"v=DMARC1; p=reject\"\n");
            Files.writeString(home.resolve("keys"), "mail._domainkey.example.com " + mail.record() + "\n");
            startOpendkim();
            startClamd();
            startRspamd();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Requires the programs that this needs. */
    static void require() {
        Requirements.programs("opendkim", "rspamd", "clamd");
    }

    /** Returns what replaces the ports and paths of the page. */
    Map<String, String> places() {
        return Map.of(
                "127.0.0.1:11332", "127.0.0.1:" + rspamd,
                "127.0.0.1:8891", "127.0.0.1:" + signer,
                "8891@127.0.0.1", signer + "@127.0.0.1",
                "/etc/dkimkeys/", home + "/",
                "/var/lib/rspamd/arc/example.com.key", home + "/arc.key",
                "/run/clamav/clamd.ctl", home + "/clamav/clamd.ctl");
    }

    /** Returns where the partner's Postfix has its mail signed and ours verified. */
    String partnersMilter() {
        return "inet:127.0.0.1:" + partners;
    }

    /** Returns the symbols that rspamd finds in a delivered message. */
    Set<String> found(byte[] message) {
        return RspamdScan.symbols(scanner, message);
    }

    String log() {
        return daemons.stream().map(Daemon::log).collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        Closing.all(daemons.toArray(AutoCloseable[]::new));
        Closing.all(names, () -> TemporaryHome.delete(home));
    }

    private void startOpendkim() throws IOException {
        opendkim("signer", PAGE.with(places()).block("opendkim.conf"));
        opendkim("partners", """
            Mode sv
            Socket inet:%d@127.0.0.1
            UserID opendkim
            Domain partner.example
            Selector mail
            KeyFile %s/partner.private
            TestPublicKeys %2$s/keys
            """.formatted(partners, home));
        for (int port : List.of(signer, partners)) {
            Await.listener(port, this::areAlive, this::log);
        }
    }

    private void opendkim(String name, String configuration) throws IOException {
        Path file = Files.writeString(
                // It refuses keys below a folder that everybody can write to.
                home.resolve(name + ".conf"), configuration + "RequireSafeKeys no\n");
        daemons.add(Daemon.start(
                home.resolve(name + ".log"), List.of("opendkim", "-f", "-x", file, "-P", home.resolve(name + ".pid"))));
    }

    private void startClamd() throws IOException {
        Path folder = Files.createDirectories(home.resolve("clamav"));
        // One signature in the format of ClamAV's own: name, any kind of file, anywhere, octets.
        Files.writeString(
                folder.resolve("test.ndb"),
                "Eicar-Test-Signature:0:*:" + HexFormat.of().formatHex(EICAR.getBytes(ISO_8859_1)) + "\n");
        Path file = Files.writeString(home.resolve("clamd.conf"), """
            Foreground yes
            LocalSocket %1$s/clamd.ctl
            LocalSocketMode 666
            DatabaseDirectory %1$s
            TemporaryDirectory %1$s
            User clamav
            """.formatted(folder));
        Command.of("chown", "-R", "clamav", folder).output();
        daemons.add(Daemon.start(home.resolve("clamd.log"), List.of("clamd", "-c", file)));
        Await.until(
                () -> Files.exists(folder.resolve("clamd.ctl")) && areAlive(), () -> "clamd does not start\n" + log());
    }

    private void startRspamd() throws IOException {
        HowtoPage page = PAGE.with(places());
        Path folder = Files.createDirectories(home.resolve("rspamd"));
        Files.createDirectories(folder.resolve("local.d"));
        Files.createDirectories(folder.resolve("override.d"));
        for (String name : List.of("settings", "milter_headers", "dmarc", "arc", "antivirus", "actions")) {
            String file = "local.d/" + name + ".conf";
            Files.writeString(folder.resolve(file), page.block(file) + more(name));
        }
        Files.writeString(folder.resolve("rspamd.local.lua"), page.block("rspamd.local.lua"));
        // Here every client has a local address.
        Files.writeString(folder.resolve("override.d/arc.conf"), "sign_local = true;\n");
        Files.writeString(folder.resolve("override.d/milter_headers.conf"), "skip_local = false;\n");
        Files.writeString(folder.resolve("tld"), "com\nexample\n");
        Path file = Files.writeString(folder.resolve("rspamd.conf"), """
            lua = "%1$s/rspamd.local.lua";
            options {
              filters = "dkim";
              check_local = true;
              disable_hyperscan = true;
              url_tld = "%1$s/tld";
              pidfile = "%1$s/pid";
              control_socket = "%1$s/control mode=0600";
              dns { nameserver = ["127.0.0.1:%2$d"]; }
            }
            logging { type = "console"; level = "info"; }
            worker "normal" { bind_socket = "127.0.0.1:%4$d"; count = 1; }
            worker "rspamd_proxy" {
              bind_socket = "127.0.0.1:%3$d";
              milter = yes;
              count = 1;
              upstream "local" { default = yes; self_scan = yes; }
            }
            modules {
              path = "$PLUGINSDIR/arc.lua";
              path = "$PLUGINSDIR/dmarc.lua";
              path = "$PLUGINSDIR/spf.lua";
              path = "$PLUGINSDIR/milter_headers.lua";
              path = "$PLUGINSDIR/antivirus.lua";
              path = "$PLUGINSDIR/settings.lua";
            }
            .include "$CONFDIR/actions.conf"
            .include "$CONFDIR/settings.conf"
            .include "$CONFDIR/modules.d/dkim.conf"
            .include "$CONFDIR/modules.d/spf.conf"
            .include "$CONFDIR/modules.d/dmarc.conf"
            .include "$CONFDIR/modules.d/arc.conf"
            .include "$CONFDIR/modules.d/milter_headers.conf"
            .include "$CONFDIR/modules.d/antivirus.conf"
            """.formatted(
                        folder, names.address().getPort(), rspamd, scanner));
        Command.of("chown", "-R", "_rspamd", folder).output();
        daemons.add(Daemon.start(
                home.resolve("rspamd.log"),
                List.of(
                        "rspamd",
                        "-f",
                        "-u",
                        "_rspamd",
                        "-g",
                        "_rspamd",
                        "-c",
                        file,
                        "--var",
                        "LOCAL_CONFDIR=" + folder,
                        "--var",
                        "DBDIR=" + folder,
                        "--var",
                        "RUNDIR=" + folder)));
        for (int port : List.of(rspamd, scanner)) {
            Await.listener(port, this::areAlive, this::log);
        }
    }

    /** Returns what the page leaves out: Carol's viruses are refused and not held. */
    private String more(String name) {
        return switch (name) {
            case "settings" -> """
                strict {
                  priority = high;
                  rcpt = "%s";
                  request_header { "MTA-Name" = "behind"; }
                  apply { symbols_enabled = ["CLAM_STRICT"]; }
                }
                """.formatted(ModeRoad.CAROL);
            case "antivirus" -> """
                strict {
                  type = "clamav";
                  servers = "%s/clamav/clamd.ctl";
                  symbol = "CLAM_STRICT";
                  scan_mime_parts = false;
                  action = "reject";
                }
                """.formatted(home);
            default -> "";
        };
    }

    private boolean areAlive() {
        return daemons.stream().allMatch(Daemon::isAlive);
    }
}
