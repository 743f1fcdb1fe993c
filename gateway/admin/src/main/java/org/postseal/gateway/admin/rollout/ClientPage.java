package org.postseal.gateway.admin.rollout;

import java.util.List;
import java.util.stream.Collectors;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.audit.VisibleText;

/** The page for a user that says what to do with the files beside it. It needs and fetches nothing else, and has no script. */
final class ClientPage {
    private ClientPage() {}

    /**
     * The page.
     *
     * @param files names of those beside it, by what they are
     */
    static RolloutFile of(ClientKeys keys, UserBundle.Names files, boolean hasProfile) {
        StringBuilder page = new StringBuilder();
        String address = VisibleText.inHtml(keys.address().toString());
        page.append(HEAD)
                .append("<title>S/MIME for ")
                .append(address)
                .append("</title>\n")
                .append(STYLE);
        page.append("<body>\n<main>\n<h1>S/MIME for ").append(address).append("</h1>\n");
        page.append(
                "<p>With the files beside this page your mail programs sign your mail and open what is encrypted to you. You need the password as well: your administrator gives it to you another way, by telephone or on paper. Whoever has a file and the password can sign as you and read your mail: keep them apart, and delete the files when you are done.</p>\n");
        section(page, "keys", "Your keys", keyTable(keys));
        section(
                page,
                "thunderbird",
                "Thunderbird",
                "<ol>"
                        + roots(
                                keys,
                                "<li>Settings, Privacy &amp; Security, Manage Certificates, Authorities, Import: ",
                                ", and trust it to identify email users.</li>",
                                files)
                        + item("Your Certificates, Import: " + code(files.modern()) + ", and type the password.")
                        + item(
                                "Account Settings, End-To-End Encryption: choose the certificate for signing and for encryption.")
                        + "</ol>");
        section(
                page,
                "windows",
                "Windows and Outlook",
                "<ol>"
                        + roots(
                                keys,
                                "<li>Open ",
                                ", Install Certificate, Current User, Trusted Root Certification Authorities. Compare its fingerprint with the one that your administrator tells you.</li>",
                                files)
                        + item("Open " + code(files.modern()) + " (before Windows 10 version 1709: "
                                + code(files.compatible())
                                + "), Current User, type the password, and do not mark the key as exportable.")
                        + item("In Outlook: Options, Trust Center, Email Security, Settings: choose the certificates.")
                        + "</ol>");
        section(
                page,
                "apple",
                "iPhone, iPad and Mac",
                hasProfile
                        ? "<ol>"
                                + item("Send " + code(files.profile())
                                        + " to the device, open it, and install it in Settings, Profile Downloaded.")
                                + item("Type the password of the keys when the device asks for it.") + "</ol>"
                        : "<ol>"
                                + item(
                                        "Open " + code(files.compatible())
                                                + " on the device, install it in Settings, Profile Downloaded, and type the password.")
                                + item(
                                        "Settings, Mail, Accounts, your account, Advanced: switch on Sign, and Encrypt by Default if you want it.")
                                + "</ol>");
        section(
                page,
                "android",
                "Android",
                "<ol>"
                        + item("Open " + code(files.compatible())
                                + ", type the password, and install it for VPN and apps.")
                        + item("In your mail program choose the certificate in the security settings of the account.")
                        + "</ol>");
        return RolloutFile.of(
                "index.html", page.append("</main>\n</body>\n</html>\n").toString());
    }

    private static void section(StringBuilder page, String id, String title, String content) {
        page.append("<section aria-labelledby=\"")
                .append(id)
                .append("\">\n<h2 id=\"")
                .append(id)
                .append("\">");
        page.append(VisibleText.inHtml(title)).append("</h2>\n").append(content).append("\n</section>\n");
    }

    private static String keyTable(ClientKeys keys) {
        String rows = keys.keys().stream()
                .map(key -> "<tr><th scope=\"row\">" + purpose(key) + "</th><td>" + key.lastDay() + "</td><td><code>"
                        + groups(key.certificate()) + "</code></td></tr>")
                .collect(Collectors.joining("\n"));
        String anchors = keys.anchors().stream()
                .map(each -> "<p>Fingerprint (SHA-256) of the root: <code>" + groups(each) + "</code></p>")
                .collect(Collectors.joining("\n"));
        return "<table aria-labelledby=\"keys\">\n<thead><tr><th scope=\"col\">To</th><th scope=\"col\">Until</th><th scope=\"col\">Fingerprint (SHA-256)</th></tr></thead>\n<tbody>\n"
                + rows + "\n</tbody>\n</table>\n" + anchors;
    }

    private static String purpose(ClientKey key) {
        if (key.purposes().size() == CertificatePurpose.values().length) {
            return "sign and decrypt";
        }
        return key.purposes().contains(CertificatePurpose.SIGN)
                ? "sign"
                : key.purposes().isEmpty() ? "open old mail" : "decrypt";
    }

    private static String roots(ClientKeys keys, String before, String after, UserBundle.Names files) {
        List<MailCertificate> anchors = keys.anchors();
        return anchors.stream()
                .map(each -> before + code(files.root(each)) + after)
                .collect(Collectors.joining());
    }

    private static String groups(MailCertificate certificate) {
        return certificate.id().hex().toUpperCase(java.util.Locale.ROOT).replaceAll("(.{4})(?=.)", "$1 ");
    }

    private static String item(String content) {
        return "<li>" + content + "</li>";
    }

    private static String code(String text) {
        return "<code>" + VisibleText.inHtml(text) + "</code>";
    }

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            """;
    private static final String STYLE = """
            <style>
            :root { color-scheme: light dark; }
            body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 45rem; padding: 1rem; }
            section { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%; }
            th, td { border-bottom: 1px solid; padding: .25rem .5rem; text-align: left; vertical-align: top; }
            tbody th { font-weight: normal; }
            td:nth-child(2) { white-space: nowrap; }
            code { overflow-wrap: anywhere; }
            @media print { body { font-size: 10pt; max-width: none; padding: 0; } }
            </style>
            </head>
            """;
}
