package org.postseal.gateway.interop;

import java.util.List;

/** One run with all peers. */
final class InteropRun {
    private InteropRun() {}

    static Matrix matrix() throws InterruptedException {
        try (People people = new People();
                Peer openSsl = new OpenSsl(people);
                Peer gpgSm = new GpgSm(people);
                Peer nss = new Nss(people);
                Peer bcJmail = new BcJmail(people)) {
            return Matrix.run(people, List.of(openSsl, gpgSm, nss, bcJmail));
        }
    }
}
