package org.postseal.gateway.admin.rollout;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the page that explains a folder of scripts. */
final class BundlePage {
    private BundlePage() {}

    static RolloutFile of(String title, String what, List<RolloutFile> files) {
        StringBuilder page = new StringBuilder("# " + title + "\n\n" + what
                + "\n\nRead each script before you run it; all of them can be run again."
                + " Set up the gateway first, and then run the others in Exchange, in this order:\n\n");
        int number = 1;
        for (Map.Entry<String, String> each : ABOUT.entrySet()) {
            if (files.stream().anyMatch(file -> file.name().equals(each.getKey()))) {
                page.append(number++)
                        .append(". `")
                        .append(each.getKey())
                        .append("`: ")
                        .append(each.getValue())
                        .append('\n');
            }
        }
        if (files.stream().anyMatch(RolloutFile::isSecret)) {
            page.append("\nThe `.token` files and `rules.ps1` hold secrets. Anybody who knows"
                    + " the secret in `submission.token` can have mail signed for your users."
                    + " Anybody who knows the one in `done.token` can make mail bypass the gateway.\n");
        }
        return RolloutFile.of("README.md", page.toString());
    }

    private static final Map<String, String> ABOUT = about();

    private static Map<String, String> about() {
        Map<String, String> about = new LinkedHashMap<>();
        about.put(
                "gateway.yaml",
                "the gateway's side, to be merged into `postseal.yaml`, with the `.token` files beside it"
                        + " where there are any, and for Exchange Online a `loop.key` of `openssl rand -hex 32`."
                        + " Then `postseal check`, and a reload.");
        about.put(
                "connectors.ps1",
                "the way to the gateway and back. Exchange must trust the gateway's certificate,"
                        + " which has its whole chain and names the gateway.");
        about.put(
                "trust.ps1",
                "the issuers by which Exchange judges certificates,"
                        + " from `virtual-certificate-collection.sst` beside it.");
        about.put("smime-config.ps1", "the settings of Outlook on the web and the new Outlook: Set-SmimeConfig.");
        about.put("mobile-policies.ps1", "the settings of phones: mobile device mailbox policies.");
        about.put("tnef.ps1", "makes messages leave as MIME, not as winmail.dat, which nobody can sign.");
        about.put(
                "arc.ps1",
                "makes Exchange believe the seals of the MTA beside the gateway,"
                        + " so that it does not take opened mail for forged.");
        about.put(
                "rules.ps1",
                "the rules that say which mail goes through the gateway. Run it last, since mail takes"
                        + " that way at once. Begin with one user: the script says what to change for that.");
        about.put("remove.ps1", "takes rules and connectors out again.");
        return about;
    }
}
