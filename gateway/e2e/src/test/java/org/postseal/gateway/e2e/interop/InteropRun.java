package org.postseal.gateway.e2e.interop;

import java.util.List;

/** People and all peers, ready to run. */
final class InteropRun implements AutoCloseable {
    private final People people = new People();
    private final List<Peer> peers =
            List.of(new OpenSsl(people), new GpgSm(people), new Nss(people), new BcJmail(people));

    People people() {
        return people;
    }

    List<Peer> peers() {
        return peers;
    }

    Matrix matrix() throws InterruptedException {
        return Matrix.run(people, peers);
    }

    @Override
    public void close() {
        peers.forEach(Peer::close);
        people.close();
    }
}
