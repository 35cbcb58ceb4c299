// SPDX-License-Identifier: Apache-2.0
//
// Boost.Beast as a server of `./plywire bench`, at its best: one thread without locks, sockets without timers or
// type-erased executors, one frame for each message, no compression compiled in.
//
// Speaks as the JVMs of a run do: says "PORT n" when it listens on 127.0.0.1, answers MEMORY with a line of JSON, and
// ends when its input does. With the argument "tls" it first reads a certificate and its key as PEM, up to an empty
// line; with "--version" it only says what it was made of.

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/version.hpp>

#include <malloc.h>
#include <unistd.h>

#include <cstddef>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using SecureSocket = asio::ssl::stream<Socket>;

constexpr std::size_t max_message_bytes = 16 << 20;
constexpr int backlog = 1024;

// A connection: whichever operation is outstanding owns it, and an error ends it by starting no other.
template <class Next>
class Session : public std::enable_shared_from_this<Session<Next>> {
 public:
  template <class... Args>
  explicit Session(Args&&... args) : websocket_(std::forward<Args>(args)...) {}

  void start() {
    if constexpr (std::is_same_v<Next, SecureSocket>) {
      websocket_.next_layer().async_handshake(
          asio::ssl::stream_base::server, [self = this->shared_from_this()](error_code error) {
            if (!error) {
              self->upgrade();
            }
          });
    } else {
      upgrade();
    }
  }

 private:
  void upgrade() {
    websocket_.auto_fragment(false);
    websocket_.read_message_max(max_message_bytes);
    websocket_.async_accept([self = this->shared_from_this()](error_code error) {
      if (!error) {
        self->read();
      }
    });
  }

  void read() {
    websocket_.async_read(message_, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (!error) {
        self->write();
      }
    });
  }

  void write() {
    websocket_.binary(websocket_.got_binary());
    websocket_.async_write(
        message_.cdata(), [self = this->shared_from_this()](error_code error, std::size_t bytes) {
          if (!error) {
            self->message_.consume(bytes);
            self->read();
          }
        });
  }

  beast::websocket::stream<Next, false> websocket_;  // false: without permessage-deflate
  beast::flat_buffer message_;
};

class Server {
 public:
  Server(asio::io_context& io, asio::ssl::context* tls)
      : acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0), false), tls_(tls) {
    acceptor_.listen(backlog);
  }

  unsigned short port() const { return acceptor_.local_endpoint().port(); }

  void accept() {
    acceptor_.async_accept([this](error_code error, Socket socket) {
      if (error == asio::error::operation_aborted) {
        return;
      }
      if (!error) {
        error_code ignored;  // the client may have left already
        socket.set_option(tcp::no_delay(true), ignored);
        if (tls_ == nullptr) {
          std::make_shared<Session<Socket>>(std::move(socket))->start();
        } else {
          std::make_shared<Session<SecureSocket>>(std::move(socket), *tls_)->start();
        }
      }
      accept();
    });
  }

 private:
  Acceptor acceptor_;
  asio::ssl::context* tls_;
};

// Answers questions from standard input until it ends, and everything with it.
class Questions {
 public:
  explicit Questions(asio::io_context& io) : io_(io), input_(io, ::dup(0)) {}

  void read() {
    asio::async_read_until(
        input_, asio::dynamic_buffer(text_), '\n', [this](error_code error, std::size_t length) {
          if (error) {
            io_.stop();
            return;
          }
          const std::string line = text_.substr(0, length - 1);
          text_.erase(0, length);
          if (line != "MEMORY") {
            std::cerr << "'" << line << "' is none of the questions\n";
            io_.stop();
            return;
          }
          // There is no heap of a JVM; all it has is memory of the process, and what is free goes back first.
          ::malloc_trim(0);
          std::cout << R"({"heap":0,"direct":0})" << std::endl;
          read();
        });
  }

 private:
  asio::io_context& io_;
  asio::posix::basic_stream_descriptor<Executor> input_;
  std::string text_;
};

std::string read_pem() {
  std::string pem;
  for (std::string line; std::getline(std::cin, line) && !line.empty();) {
    pem += line + "\n";
  }
  return pem;
}

// What all servers of a run agree on: TLS 1.3 with AES-128.
std::unique_ptr<asio::ssl::context> secure(const std::string& pem) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  if (SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_ciphersuites(tls->native_handle(), "TLS_AES_128_GCM_SHA256") != 1) {
    throw std::runtime_error("this OpenSSL does not know TLS 1.3 with AES-128");
  }
  tls->use_certificate_chain(asio::buffer(pem));
  tls->use_private_key(asio::buffer(pem), asio::ssl::context::pem);
  return tls;
}

void print_version() {
  std::cout << "Boost " << BOOST_VERSION / 100000 << '.' << BOOST_VERSION / 100 % 1000 << '.'
            << BOOST_VERSION % 100 << ", " << OpenSSL_version(OPENSSL_VERSION) << ", g++ " << __VERSION__
            << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string argument = argc > 1 ? argv[1] : "";
    if (argument == "--version") {
      print_version();
      return 0;
    }
    std::unique_ptr<asio::ssl::context> tls;
    if (argument == "tls") {
      tls = secure(read_pem());
    }
    asio::io_context io(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE);  // one thread: no locks
    Server server(io, tls.get());
    server.accept();
    Questions questions(io);
    questions.read();
    std::cout << "PORT " << server.port() << std::endl;
    io.run();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
