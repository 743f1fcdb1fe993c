package org.postseal.gateway.admin.rollout;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the page that explains a folder of scripts. */
final class BundlePage {
    private BundlePage() {}

    static RolloutFile of(String title, String what, List<RolloutFile> files) {
        StringBuilder page = new StringBuilder(
                "# " + title + "\n\n" + what
                        + "\n\nRead each script before you run it; all of them can be run again. First the gateway gets its side, then Exchange the others, in this order:\n\n");
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
            page.append(
                    "\nThe `.token` files and `rules.ps1` hold secrets. Whoever knows that of `submission.token` can have mail signed for your users; whoever knows that of `done.token` can have his mail pass the gateway by.\n");
        }
        return RolloutFile.of("README.md", page.toString());
    }

    private static final Map<String, String> ABOUT = about();

    private static Map<String, String> about() {
        Map<String, String> about = new LinkedHashMap<>();
        about.put(
                "gateway.yaml",
                "this side, to be merged into `postseal.yaml`, with the `.token` files beside it where there are any, and for Exchange Online a `loop.key` of `openssl rand -hex 32`. Then `postseal check`, and a reload.");
        about.put(
                "connectors.ps1",
                "the way there and back. The gateway's certificate must be one that Exchange trusts, with its whole chain, and name the gateway.");
        about.put(
                "trust.ps1",
                "the issuers by which Exchange takes certificates for valid, from `virtual-certificate-collection.sst` beside it.");
        about.put("smime-config.ps1", "what Outlook on the web and the new Outlook do: Set-SmimeConfig.");
        about.put("mobile-policies.ps1", "what phones do: mobile device mailbox policies.");
        about.put("tnef.ps1", "messages leave as MIME, not as winmail.dat, which nobody can sign.");
        about.put(
                "arc.ps1",
                "seals of the MTA beside the gateway are believed, so that opened mail is not held for forged.");
        about.put(
                "rules.ps1",
                "last, since it begins to send mail: which mail goes through the gateway. Begin with one user: what to change for that stands in it.");
        about.put("remove.ps1", "takes rules and connectors out again.");
        return about;
    }
}
