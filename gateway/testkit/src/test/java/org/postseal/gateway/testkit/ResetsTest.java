package org.postseal.gateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

class ResetsTest {
    @Test
    void thePeerSeesReset() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket one = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket other = server.accept()) {
            Resets.reset(other);

            assertThatThrownBy(() -> one.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void oneThatIsClosedBeforeIsLeftAlone() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
            socket.close();

            Resets.reset(socket);

            assertThat(socket.isClosed()).isTrue();
        }
    }
}
