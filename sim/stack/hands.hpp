#pragma once
#include <string>

namespace spof::stack {

/// What somebody can do who has keys, passwords and a telephone. The world lends them. Each says
/// whether anything was broken there, which is its own knowledge: who acts has to look again.
class Hands {
 public:
  virtual ~Hands() = default;
  /// `systemctl restart`: a daemon that is well is stopped and started, too. Ends what a process
  /// takes with it: a crash, a hang, a stop, slowness of its own; not what its next one finds in
  /// its files.
  virtual bool restart(const std::string& daemon) = 0;
  /// Power off and on, from afar: a host that is well loses what it was doing. Ends what a restart
  /// of its daemons would, and a hang of its own.
  virtual bool reboot(const std::string& host) = 0;
  /// What is wrong on a daemon, a host or a link is put right: rules, disk, configuration, release.
  virtual bool mend(const std::string& target) = 0;
  /// A new certificate, and it is loaded.
  virtual bool renew(const std::string& daemon) = 0;
  /// The links and partitions that cut a host off.
  virtual bool reconnect(const std::string& host) = 0;
  /// A process ended by itself with an error: its service manager may start it again.
  virtual void failed(const std::string& daemon) = 0;
  /// A command to a daemon, see its `command`.
  virtual void tell(const std::string& daemon, const std::string& verb,
                    const std::string& object) = 0;
};

}  // namespace spof::stack
