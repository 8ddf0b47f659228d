#include "packages.hpp"

#include <CLI/CLI.hpp>
#include <ctime>
#include <nlohmann/json.hpp>

#include "node/control/commands.hpp"
#include "password.hpp"
#include "port/files.hpp"
#include "release/package/pack.hpp"
#include "release/package/package_file.hpp"
#include "release/package/signature.hpp"

namespace relup {
namespace {

namespace fs = std::filesystem;
namespace release = patchbay::release;
using nlohmann::json;
using patchbay::error;
using patchbay::outcome;

constexpr std::size_t largest_key = std::size_t{64} << 10U;
constexpr unsigned only_ours = 0600;

std::string said(const json& answer) { return answer.at("text").get<std::string>(); }

outcome<json> pack(const package_arguments& given) {
  const auto made = release::pack(given.file);
  if (!made) return made.failure();
  const fs::path to = given.output.empty() ? release::package_name(made->what) : given.output;
  if (auto written = patchbay::port::write_file_atomic(to, made->bytes); !written) return written.failure();
  return json{{"file", to.string()},
              {"id", made->what.id()},
              {"text", to.string() + ": " + std::to_string(made->what.files.size()) + " files"}};
}

outcome<std::string> new_password() {
  auto once = read_password("Password of the new secret key: ");
  if (!once) return once;
  auto again = read_password("The same again: ");
  if (!again) return again;
  if (*once != *again) return error{"badarg", "the two passwords differ; nothing was written"};
  if (once->empty()) return error{"badarg", "the password is empty; --no-password makes a key without one"};
  return once;
}

/// The same file, however it is spelled; neither need be there.
bool same_file(const fs::path& one, const fs::path& other) {
  std::error_code failed;
  if (fs::equivalent(one, other, failed)) return true;
  const auto whole = [&](const fs::path& file) { return fs::weakly_canonical(fs::absolute(file, failed), failed); };
  return whole(one) == whole(other);
}

/// Both files are new, or none is. The secret key comes last: it is the one that nothing brings back.
outcome<void> write_pair(const package_arguments& given, const std::string& secret, const std::string& open) {
  auto key = patchbay::port::file_beside::prepare(given.secret, secret, only_ours);
  if (!key) return key.failure();
  auto half = patchbay::port::file_beside::prepare(given.public_file, open);
  if (!half) return half.failure();
  std::error_code failed;
  const bool replaces = fs::exists(given.public_file, failed);
  const auto former = replaces ? patchbay::port::read_file(given.public_file, largest_key) : std::string();
  if (!former) return former.failure();
  if (auto done = half->publish(); !done) return done;
  auto done = key->publish();
  if (done) return done;
  if (!replaces) {
    fs::remove(given.public_file, failed);
  } else if (auto back = patchbay::port::write_file_atomic(given.public_file, *former); !back) {
    return error{"io", done.failure().text + "; and the former public key was not put back: " + back.failure().text};
  }
  return done;
}

outcome<json> keygen(const package_arguments& given) {
  if (same_file(given.secret, given.public_file)) {
    return error{"badarg", "both keys would be written to " + given.secret.string() +
                               "; name two files with --secret and --public"};
  }
  std::error_code failed;
  for (const auto& file : {given.secret, given.public_file}) {
    if (!given.force && fs::exists(file, failed))
      return error{"badarg", file.string() + " is there already; --force writes over it, and that key is gone then"};
  }
  std::string password;
  if (!given.no_password) {
    auto typed = new_password();
    if (!typed) return typed.failure();
    password = std::move(*typed);
  }
  const auto key = release::generate_key();
  const auto text = release::secret_key_file(key, password);
  if (!text) return text.failure();
  const auto open = key.to_public();
  if (auto written = write_pair(given, *text, release::public_key_file(open)); !written) return written.failure();
  return json{{"secret_key", given.secret.string()},
              {"public_key", release::to_text(open)},
              {"text", "secret key: " + given.secret.string() + "\npublic key: " + given.public_file.string() +
                           "\nin patchbay.toml: trusted_keys = [\"" + release::to_text(open) + "\"]"}};
}

outcome<release::secret_key> open_key(const fs::path& file) {
  const auto text = patchbay::port::read_file(file, largest_key);
  if (!text) return text.failure();
  const auto hidden = release::needs_password(*text);
  if (!hidden) return error{hidden.failure().code, file.string() + ": " + hidden.failure().text};
  std::string password;
  if (*hidden) {
    auto typed = read_password("Password of the secret key: ");
    if (!typed) return typed.failure();
    password = std::move(*typed);
  }
  auto key = release::parse_secret_key(*text, password);
  if (!key) return error{key.failure().code, file.string() + ": " + key.failure().text};
  return key;
}

outcome<json> sign(const package_arguments& given) {
  const fs::path to = given.signature.empty() ? release::signature_beside(given.file) : given.signature;
  for (const auto& file : {given.file, given.secret}) {
    if (same_file(to, file))
      return error{"badarg", "the signature would replace " + file.string() + "; name another file with --signature"};
  }
  const std::string comment = given.comment.empty() ? "timestamp:" + std::to_string(std::time(nullptr)) +
                                                          "\tfile:" + given.file.filename().string() + "\thashed"
                                                    : given.comment;
  if (auto fits = release::check_comment(comment); !fits) return fits.failure();
  const auto bytes = patchbay::port::read_file(given.file);
  if (!bytes) return bytes.failure();
  const auto key = open_key(given.secret);
  if (!key) return key.failure();
  if (auto written = patchbay::port::write_file_atomic(to, release::to_text(release::sign(*bytes, *key, comment)));
      !written) {
    return written.failure();
  }
  return json{{"signature", to.string()}, {"text", to.string() + ": signed by key " + release::to_text(key->id)}};
}

outcome<json> verify(const package_arguments& given) {
  auto key = given.public_line.empty() ? release::read_public_key(given.public_file)
                                       : release::parse_public_key(given.public_line);
  if (!key) return key.failure();
  const auto bytes = patchbay::port::read_file(given.file);
  if (!bytes) return bytes.failure();
  const fs::path beside = given.signature.empty() ? release::signature_beside(given.file) : given.signature;
  const auto text = patchbay::port::read_file(beside, largest_key);
  if (!text) return text.failure();
  const auto made = release::parse_signature(*text);
  if (!made) return error{made.failure().code, beside.string() + ": " + made.failure().text};
  if (auto good = release::verify(*bytes, *made, *key); !good)
    return error{good.failure().code, given.file.string() + ": " + good.failure().text};
  return json{{"key", release::to_text(key->id)},
              {"trusted_comment", made->trusted_comment},
              {"text", given.file.string() + ": signed by key " + release::to_text(key->id)}};
}

}  // namespace

package_commands::package_commands(CLI::App& to, patchbay::node::command_line& how) : how_(&how) {
  using patchbay::node::add_command;
  pack_ = add_command(to, how, "pack", "Make NAME-VSN.tar.zst of a release directory, the same bytes always");
  pack_->add_option("RELEASE_DIR", given_.file, "The release directory")->required()->check(CLI::ExistingDirectory);
  pack_->add_option("-o,--output", given_.output, "The file to write [NAME-VSN.tar.zst here]");

  keygen_ = add_command(to, how, "keygen", "Make a key pair in minisign's format");
  keygen_->add_flag("--no-password", given_.no_password, "Do not protect the secret key by a password");
  keygen_->add_flag("--force", given_.force, "Write over files that are there");

  sign_ = add_command(to, how, "sign", "Sign a package, as `minisign -S` does");
  sign_->add_option("FILE", given_.file, "NAME-VSN.tar.zst")->required()->check(CLI::ExistingFile);
  sign_->add_option("--comment", given_.comment, "The trusted comment, one line [time and name of the file]");

  verify_ = add_command(to, how, "verify", "Check a signature, as `minisign -V` does");
  verify_->add_option("FILE", given_.file, "NAME-VSN.tar.zst")->required()->check(CLI::ExistingFile);
  verify_->add_option("--public-key", given_.public_line, "The public key itself, instead of a file");
  for (CLI::App* each : {keygen_, verify_})
    each->add_option("-p,--public", given_.public_file, "The public key's file")->capture_default_str();
  for (CLI::App* each : {keygen_, sign_})
    each->add_option("-s,--secret", given_.secret, "The secret key's file")->capture_default_str();
  for (CLI::App* each : {sign_, verify_})
    each->add_option("--signature", given_.signature, "The signature's file [FILE.minisig]");
}

bool package_commands::chosen() const { return *pack_ || *keygen_ || *sign_ || *verify_; }

int package_commands::run() {
  const auto answer = *pack_ ? pack(given_) : *keygen_ ? keygen(given_) : *sign_ ? sign(given_) : verify(given_);
  return answer ? patchbay::node::show_result(*how_, *answer, said)
                : patchbay::node::show_error(*how_, answer.failure());
}

}  // namespace relup
